import { requiredText } from "../fields.ts";
import type { Mapping } from "../mapping.ts";
import { familyOf, mapped, noPayment } from "./types.ts";

/** PayPal's events: of authorisations, captures, refunds and disputes, and of sales, as they were called years before. */
export const paypal: Mapping = {
  provider: "paypal",
  version: 1,
  form: "json",
  noPayment,
  familyOf,
  map({ body }) {
    const type = requiredText(body, "event_type");
    return mapped.get(type)?.(body) ?? [{ kind: "other", type }];
  },
  // What PayPal signs of a body is its CRC-32: another body can be made for it.
  transmissionOf: (webhook) => webhook.header("paypal-transmission-id"),
};
