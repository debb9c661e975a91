import { Buffer } from "node:buffer";
import { createPrivateKey, sign as signBy } from "node:crypto";
import {
  hmac,
  type KeyNumber,
  latin1,
  payments,
  type Signer,
  TIME_S,
  utf8,
} from "./signer.ts";

const standardKeys = [
  "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "BfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
] as const;

function standard(
  { prefix, version, make, ...rest }: {
    prefix: string;
    version: string;
    make: (key: KeyNumber, text: Buffer) => string;
  } & Pick<Signer, "name" | "accounts" | "retired">,
): Signer {
  return {
    ...rest,
    provider: "standard-webhooks",
    signatureHeader: `${prefix}-signature`,
    bodies: payments((payment_id, amount) => ({
      type: "payment.captured",
      data: { payment_id, amount },
    })),
    isHex: false,
    unsigned: [],
    sign: (text, key, n) => {
      const body = utf8.encode(text);
      const id = `msg_p5jXN8AQM9LWM0D4loKWxJe${n}`;
      const signed = Buffer.concat([Buffer.from(`${id}.${TIME_S}.`), body]);
      return {
        body,
        headers: {
          [`${prefix}-id`]: id,
          [`${prefix}-timestamp`]: String(TIME_S),
          [`${prefix}-signature`]: `${version},${make(key, signed)}`,
        },
      };
    },
    readings: ({ headers, body }) =>
      ["webhook", "svix"].map((prefix) => ({
        text: [
          headers[`${prefix}-id`],
          headers[`${prefix}-timestamp`],
          latin1(body),
        ].join("."),
        signature: headers[`${prefix}-signature`] ?? "",
      })),
  };
}

/** PKCS#8 (RFC 8410, section 7) of a seed. */
const ed25519 = (seed: number) => {
  const key = createPrivateKey({
    key: Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.alloc(32, seed),
    ]),
    format: "der",
    type: "pkcs8",
  });
  const { x = "" } = key.export({ format: "jwk" });
  return {
    key,
    text: `whpk_${Buffer.from(x, "base64url").toString("base64")}`,
  };
};
const ed25519Keys = [ed25519(1), ed25519(2), ed25519(3)] as const;

const byHmac: Omit<Parameters<typeof standard>[0], "name" | "prefix"> = {
  version: "v1",
  retired: { retired: [`whsec_${standardKeys[2]}`] },
  accounts: [
    { secrets: [`whsec_${standardKeys[0]}`] },
    { secrets: [`whsec_${standardKeys[1]}`] },
  ],
  make: (account, text) =>
    hmac("sha256", Buffer.from(standardKeys[account], "base64"), text)
      .digest("base64"),
};

export const standardWebhooks = [
  standard({
    name: "Standard Webhooks",
    prefix: "webhook",
    ...byHmac,
  }),
  standard({
    name: "Svix",
    prefix: "svix",
    ...byHmac,
  }),
  standard({
    name: "Standard Webhooks by Ed25519",
    prefix: "webhook",
    version: "v1a",
    accounts: [
      { public_keys: [ed25519Keys[0].text] },
      { public_keys: [ed25519Keys[1].text] },
    ],
    make: (account, text) =>
      signBy(null, text, ed25519Keys[account].key).toString("base64"),
  }),
] as const;
