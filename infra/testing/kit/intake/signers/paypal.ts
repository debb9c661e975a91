import { paypalHeaders } from "../test_paypal.ts";
import { latin1, payments, type Signer, TIME_S, utf8 } from "./signer.ts";

export const paypal: Signer = {
  name: "PayPal",
  provider: "paypal",
  signatureHeader: "paypal-transmission-sig",
  accounts: [
    { webhook_id: "4JH86294D6297924G" },
    { webhook_id: "5JH86294D6297924G" },
  ],
  bodies: payments((order_id, amount) => ({
    id: `WH-${amount}`,
    event_type: "PAYMENT.CAPTURE.COMPLETED",
    resource: { supplementary_data: { related_ids: { order_id } } },
  })),
  isHex: false,
  unsigned: [],
  sign: (text, key, n) => {
    const body = utf8.encode(text);
    const headers = paypalHeaders(body, {
      time: new Date(TIME_S * 1_000).toISOString(),
      id: `dfb3be50-fd74-11e4-8bf3-77339302725${n}`,
      webhookId: `${key + 4}JH86294D6297924G`,
    });
    return {
      body,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name.toLowerCase(),
          value,
        ]),
      ),
    };
  },
  readings: ({ headers, body }) => [{
    text: ["id", "time"].map((name) => headers[`paypal-transmission-${name}`])
      .concat(
        headers["paypal-cert-url"],
        headers["paypal-auth-algo"],
        latin1(body),
      )
      .join("|"),
    signature: headers["paypal-transmission-sig"] ?? "",
  }],
};
