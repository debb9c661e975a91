import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { hmac, latin1, type Signer, utf8 } from "./signer.ts";

const braintreeKeys = [
  { public: "integration_public_key", private: "integration_private_key" },
  { public: "integration_public_key", private: "another_private_key" },
  { public: "integration_public_key", private: "retired_private_key" },
] as const;

export const braintree: Signer = {
  name: "Braintree",
  provider: "braintree",
  accounts: [
    { keys: [braintreeKeys[0]] },
    { keys: [braintreeKeys[1]] },
  ],
  retired: { retired: [braintreeKeys[2]] },
  bodies: ["one", "two", "three"].map((id) =>
    `<notification><kind>transaction_settled</kind><subject><transaction><id>${id}</id></transaction></subject></notification>`
  ),
  isHex: true,
  // How the form writes the fields that are signed, and any others.
  unsigned: ["body"],
  sign: (xml, account) => {
    const payload = `${Buffer.from(xml).toString("base64")}\n`;
    const key = createHash("sha1").update(braintreeKeys[account].private)
      .digest();
    const form = new URLSearchParams({
      bt_signature: `${braintreeKeys[account].public}|${
        hmac("sha1", key, payload).digest("hex")
      }`,
      bt_payload: payload,
    });
    return { headers: {}, body: utf8.encode(String(form)) };
  },
  readings: ({ body }) => {
    const form = new URLSearchParams(latin1(body));
    return [{
      // Both ways to end it are taken for one.
      text: (form.get("bt_payload") ?? "").replace(/\n$/, ""),
      signature: form.get("bt_signature") ?? "",
    }];
  },
};
