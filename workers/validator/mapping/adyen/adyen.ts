import { requiredObject, requiredText, textAt } from "../fields.ts";
import type { Item, Mapping } from "../mapping.ts";
import { Unreadable, unreadable } from "../unreadable.ts";
import { toldBy } from "./told.ts";
import { familyOf, mapped, noPayment } from "./types.ts";

/**
 * Adyen's notifications. A standard one is a list of items, each signed on its own, and each mapped or refused on its own. One of
 * platforms or management has a type, and nothing of it is mapped.
 */
export const adyen: Mapping = {
  provider: "adyen",
  version: 1,
  form: "json",
  noPayment,
  familyOf,
  map({ body }) {
    const items = body.notificationItems;
    if (items === undefined) {
      const type = textAt(body, "type") ?? requiredText(body, "eventType");
      return [{ kind: "other", type }];
    }
    if (!Array.isArray(items) || items.length === 0) {
      throw unreadable("notificationItems", "must be a list with an item");
    }
    return items.map(itemOf);
  },
};

function itemOf(one: unknown): Item {
  try {
    const item = requiredObject(one, "NotificationRequestItem");
    const eventCode = requiredText(item, "eventCode");
    const map = mapped.get(eventCode);
    return map === undefined
      ? { kind: "other", type: eventCode }
      : map(toldBy(item));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "refused", rejection: error.rejection };
  }
}
