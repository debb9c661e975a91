import type { Decline } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { declines } from "../decline.ts";
import { textAt } from "../fields.ts";
import { adviceOfNetwork, withNetwork } from "../network_advice.ts";

/**
 * PayPal's processor response codes of cards, and reasons in `status_details`, as its reference of the Payments API had them in
 * 2025 (https://developer.paypal.com/docs/api/payments/v2/). What says no reason, such as 0500 and 5100, is of no class.
 */
const declineOf = declines({
  hard: "0580 1330 1335 1352 5140 5160 5180 5700 5900 5910 5930 6300 9540",
  soft: "5120 5710 5920 9100",
  authentication: "5650 7710",
  fraud: "5150 9500 9510 9520 DECLINED_BY_RISK_FRAUD_FILTERS",
  data: "0890 1380 1382 5110 5130 5135 5170 5400 5500 5950 7800 7900",
  technical:
    "0800 0880 0960 1300 1310 1312 1317 1320 1340 1350 1360 1370 1384 1390 1393 5200 5210 7700 8000 8010 8020 8030 8100 8110 8220",
});

/** Why a capture or a refund failed; undefined if the resource does not say. */
export function declineIn(resource: JsonObject): Decline | undefined {
  const response = textAt(resource, "processor_response", "response_code");
  const code = response ?? textAt(resource, "status_details", "reason") ??
    textAt(resource, "reason_code");
  return withNetwork(declineOf(code), {
    advice: adviceOfNetwork(
      textAt(resource, "processor_response", "payment_advice_code"),
    ),
  });
}
