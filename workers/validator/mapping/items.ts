import type { Item, Mapping, Webhook } from "./mapping.ts";
import { Unreadable } from "./unreadable.ts";

/** What a mapping makes of a webhook; that it cannot be read is one thing that was refused. */
export function itemsOf(mapping: Mapping, webhook: Webhook): readonly Item[] {
  try {
    return mapping.map(webhook);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return [{ kind: "refused", rejection: error.rejection }];
  }
}
