import { textAt } from "./fields.ts";

/** An order's id, and where it was found. */
export type OrderId = {
  readonly order_id: string;
  readonly order_id_from: string;
};

/**
 * The order that a payment is for.
 *
 * @param paymentId what stands in for the order if none is named
 * @param paths where it may be, in the order in which they count
 */
export function orderIdIn(
  from: unknown,
  paymentId: string,
  ...paths: readonly (readonly (string | number)[])[]
): OrderId {
  for (const path of paths) {
    const order_id = textAt(from, ...path);
    if (order_id !== undefined) {
      return { order_id, order_id_from: path.join(".") };
    }
  }
  return { order_id: paymentId, order_id_from: "payment_id" };
}
