import { requiredText } from "../fields.ts";
import type { Mapping } from "../mapping.ts";
import { familyOf, mapped, noPayment } from "./types.ts";

/**
 * Stripe's events. Of a payment `charge.*`, `refund.*` and `charge.dispute.*` tell what became of its money; most others tell the
 * same again.
 */
export const stripe: Mapping = {
  provider: "stripe",
  version: 1,
  form: "json",
  noPayment,
  familyOf,
  map({ body }) {
    const type = requiredText(body, "type");
    return mapped.get(type)?.(body) ?? [{ kind: "other", type }];
  },
};
