import type { PaymentFailedFields } from "#contracts/events/payment_failed/payment_failed.ts";

type Stage = PaymentFailedFields["stage"];

/**
 * What failed: a stage, and the capture or refund of it. If that was told to be done before, it is not.
 *
 * @param id by which the same would be, or was, told to be done
 */
export function failedAt(
  stage: Stage,
  id: string,
): Pick<PaymentFailedFields, "stage" | "capture_id" | "refund_id"> {
  switch (stage) {
    case "authorize":
      return { stage };
    case "capture":
      return { stage, capture_id: id };
    case "refund":
      return { stage, refund_id: id };
  }
}
