/** What senders do wrong who sign as a provider does, each with the cause that is to be found. */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type {
  RejectionCause,
  SecretName,
} from "#contracts/rejected_webhook.ts";
import {
  type SignedRequest,
  type Signer,
  signers,
  TIME_S,
} from "./signed_requests.ts";

export type AccountFault = {
  /** The way of signing, a colon, and what is wrong. */
  readonly name: string;
  readonly request: SignedRequest;
  readonly why: RejectionCause;
  /** Seconds by which it arrives later. */
  readonly lateS?: number;
};

/** What is set up: `eu` is who signs and has retired a key, `us` has the other keys. */
export function settingsOf(name: string) {
  return signers.filter((one) => one.name === name).flatMap(
    ({ provider, accounts: [eu, us], retired }) => [
      { provider, account: "eu", ...eu, ...retired },
      { provider, account: "us", ...us },
    ],
  );
}

const encoder = new TextEncoder();

/** What can be told of all ways of signing. */
function ofAny(by: Signer): AccountFault[] {
  const { name, provider } = by;
  const of = (account: "eu" | "us", which: SecretName["which"]) =>
    ({ provider, account, which }) as const;
  const current = of("eu", "current");
  const [body = ""] = by.bodies;
  const good = by.sign(body, 0, 1);
  const fault = (
    what: string,
    why: RejectionCause,
    request: SignedRequest,
    rest: Partial<AccountFault> = {},
  ): AccountFault => ({
    name: `${name}: ${what}`,
    why,
    request,
    ...rest,
  });
  const faults: AccountFault[] = [];
  const isPayPal = provider === "paypal";
  const isTimed = Object.keys(good.headers).some((one) =>
    /time|stripe/.test(one)
  );
  faults.push(fault(
    "another account's key",
    { cause: "another_secret", signed_with: of("us", "current") },
    by.sign(body, 1, 1),
  ));
  if (by.retired !== undefined) {
    faults.push(fault(
      "a retired key",
      { cause: "retired_secret", signed_with: of("eu", "retired") },
      by.sign(body, 2, 1),
    ));
  }
  if (isTimed) {
    const tolerance_seconds = isPayPal ? 4 * 86_400 : 300;
    for (const lateS of [tolerance_seconds + 1, -tolerance_seconds - 1]) {
      const cause = lateS > 0 ? "stale" : "from_the_future";
      const age = { seconds: tolerance_seconds + 1, tolerance_seconds };
      faults.push(
        fault(
          `${cause}`,
          { cause, ...age, signed_with: current },
          good,
          { lateS },
        ),
        fault(
          `${cause}, by another account's key`,
          { cause, ...age, signed_with: of("us", "current") },
          by.sign(body, 1, 1),
          { lateS },
        ),
      );
    }
  }
  const names = Object.keys(good.headers);
  if (names.length > 0) {
    faults.push(
      fault("headers of another scheme", {
        cause: "headers_of_another_scheme",
        scheme: "github",
      }, {
        headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` },
        body: good.body,
      }),
    );
  }
  if (names.length > 0) {
    const printed = JSON.stringify(JSON.parse(body), null, 2);
    const altered: [
      Extract<RejectionCause, { cause: "body_altered" }>["alteration"],
      string,
      string,
    ][] = [
      ["newline_added", body, `${body}\n`],
      ["newline_removed", `${body}\n`, body],
      ["lf_to_crlf", printed, printed.replaceAll("\n", "\r\n")],
      ["crlf_to_lf", printed.replaceAll("\n", "\r\n"), printed],
      ["reserialised_from_compact", body, printed],
      ["reserialised_from_indented", printed, body],
    ];
    for (const [alteration, signed, arrived] of altered) {
      faults.push(fault(
        `a body altered: ${alteration}`,
        { cause: "body_altered", alteration, signed_with: current },
        {
          headers: by.sign(signed, 0, 1).headers,
          body: encoder.encode(arrived),
        },
      ));
    }
  }
  return faults;
}

/** Of a signature in a header: written otherwise, or none. */
function ofHeaders(by: Signer): AccountFault[] {
  const { name, provider, isHex, signatureHeader } = by;
  if (signatureHeader === undefined) return [];
  const signed_with = {
    provider,
    account: "eu",
    which: "current",
  } as const;
  const [body = ""] = by.bodies;
  const good = by.sign(body, 0, 1);
  const header = good.headers[signatureHeader] ?? "";
  const written = (change: (text: string) => string): SignedRequest => ({
    ...good,
    headers: { ...good.headers, [signatureHeader]: change(header) },
  });
  const recoded = (to: "hex" | "base64" | "base64url") => (text: string) =>
    isHex
      ? text.replace(
        /[0-9a-f]{64,}/,
        (one) => Buffer.from(one, "hex").toString(to),
      )
      : text.replace(
        /[\w+/]{40,}={0,2}/,
        (one) => Buffer.from(one, "base64").toString(to),
      );
  const encodings = isHex
    ? ["base64", "base64url"] as const
    : ["hex", "base64url"] as const;
  const faults: AccountFault[] = [];
  for (const encoding of encodings) {
    const request = written(recoded(encoding));
    if (request.headers[signatureHeader] === header) continue;
    const isPlain = encoding === "base64url" &&
      !/[_-]/.test(recoded(encoding)(header));
    faults.push({
      name: `${name}: a signature written as ${encoding}`,
      request,
      why: {
        cause: "signature_encoding",
        // Without a sign that only one of both has it may be either.
        encoding: isPlain && isHex ? "base64" : encoding,
        signed_with,
      },
    });
  }
  if (good.headers[signatureHeader]?.length === 64 || !isHex) {
    faults.push({
      name: `${name}: a signature in quotes`,
      request: written((text) => `"${text}"`),
      why: { cause: "signature_encoding", encoding: "quoted", signed_with },
    });
  }
  for (const [form, text] of [["empty", ""], ["other", "none"]] as const) {
    // Where the time is in the same header it is what is missed first.
    if (provider === "stripe") continue;
    faults.push({
      name: `${name}: no signature, ${form}`,
      request: written(() => text),
      why: { cause: "signature_malformed", form },
    });
  }
  const { [signatureHeader]: _, ...others } = good.headers;
  faults.push({
    name: `${name}: no header of a signature`,
    request: { ...good, headers: others },
    why: name === "Adyen's platforms"
      ? { cause: "unknown_secret" }
      : { cause: "header_missing", missing: ["signature"] },
  });
  return faults;
}

/** Square signs the address that its console has. */
const addresses = ([
  ["scheme", "http://shop.example/hooks"],
  ["trailing_slash", "https://shop.example/hooks/"],
  ["scheme_and_trailing_slash", "http://shop.example/hooks/"],
  ["www", "https://www.shop.example/hooks"],
  ["port", "https://shop.example:443/hooks"],
  ["nothing", ""],
] as const).map(([differs, address]): AccountFault => ({
  name: `Square: another address, ${differs}`,
  request: {
    headers: {
      "x-square-hmacsha256-signature": createHmac("sha256", "one")
        .update(`${address}{}`).digest("base64"),
    },
    body: encoder.encode("{}"),
  },
  why: {
    cause: "another_address_signed",
    differs,
    signed_with: { provider: "square", account: "eu", which: "current" },
  },
}));

export const accountFaults: readonly AccountFault[] = [
  ...signers.flatMap(ofAny),
  ...signers.flatMap(ofHeaders),
  ...addresses,
  ...["webhook-id", "webhook-timestamp"].map((header): AccountFault => {
    const by = signers.find(({ name }) => name === "Standard Webhooks");
    const good = by?.sign("{}", 0, 1);
    const { [header]: _, ...headers } = good?.headers ?? {};
    const missing = header === "webhook-id" ? "id" : "timestamp";
    return {
      name: `Standard Webhooks: no ${header}`,
      request: { headers, body: encoder.encode("{}") },
      why: { cause: "header_missing", missing: [missing] },
    };
  }),
  {
    name: "PayPal: no address of the certificate",
    request: withoutCertificate(),
    why: { cause: "header_missing", missing: ["certificate"] },
  },
  {
    name: "Stripe: a time in milliseconds",
    request: inMilliseconds(),
    why: {
      cause: "timestamp_in_another_unit",
      unit: "milliseconds",
      signed_with: null,
    },
  },
];

function withoutCertificate(): SignedRequest {
  const good = signers.find(({ name }) => name === "PayPal")?.sign("{}", 0, 1);
  const { "paypal-cert-url": _, ...headers } = good?.headers ?? {};
  return { headers, body: encoder.encode("{}") };
}

function inMilliseconds(): SignedRequest {
  return {
    headers: { "stripe-signature": `t=${TIME_S}000,v1=${"0".repeat(64)}` },
    body: encoder.encode("{}"),
  };
}
