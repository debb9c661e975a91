import { hmac, latin1, payments, type Signer, TIME_S, utf8 } from "./signer.ts";

export const stripe: Signer = {
  name: "Stripe",
  provider: "stripe",
  accounts: [{ secrets: ["whsec_one"] }, { secrets: ["whsec_other"] }],
  retired: { retired: ["whsec_gone"] },
  signatureHeader: "stripe-signature",
  bodies: payments((payment_intent, amount) => ({
    id: `evt_${amount}`,
    type: "charge.succeeded",
    data: { object: { id: "ch_1", payment_intent, amount } },
  })),
  isHex: true,
  unsigned: [],
  sign: (text, account) => {
    const body = utf8.encode(text);
    const secret = ["whsec_one", "whsec_other", "whsec_gone"][account] ?? "";
    const made = hmac("sha256", secret, `${TIME_S}.`, body);
    return {
      body,
      headers: {
        "stripe-signature": `t=${TIME_S},v1=${made.digest("hex")},v0=${
          "0".repeat(8)
        }`,
      },
    };
  },
  readings: ({ headers, body }) => {
    const signature = headers["stripe-signature"] ?? "";
    return [...signature.matchAll(/t=([^,]*)/g)].map(([, time = ""]) => ({
      text: `${time.trim()}.${latin1(body)}`,
      signature,
    }));
  },
};
