/** What senders of webhooks do wrong, each with the cause that is to be found. */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { RejectionCause } from "#contracts/rejected_webhook.ts";
import { NOW_S, SECRET } from "./testing.ts";

export const PREVIOUS = "the-secret-before-that-of-the-tests";
export const RETIRED = "the-secret-that-nobody-should-use-any-more";
export const TOKEN = "token-of-an-internal-service-0123456789";
/** 32 bytes in hex, as `openssl rand -hex 32` makes them. */
export const HEX_SECRET =
  "8f14e45fceea167a5a36dedd4bea25438f14e45fceea167a5a36dedd4bea2543";

export const faultyEnv = {
  PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
  PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: PREVIOUS,
  PAYMENT_PROVIDER_WEBHOOK_SECRET_RETIRED: RETIRED,
  EVENTFLOW_INGEST_TOKENS: TOKEN,
};

export type Fault = {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly why: RejectionCause;
  /** What the intake is told beside `faultyEnv`. */
  readonly env?: Readonly<Record<string, string>>;
};

const own = (which: "current" | "previous" | "retired") =>
  ({ provider: "payment-provider", which }) as const;
const current = own("current");
const ours = (which: "token" | "documentation") =>
  ({ provider: "internal", which }) as const;

/** As a sender prints it: text beyond ASCII, a path, an amount, keys in no order. */
const EVENT = {
  source: "provider",
  event_id: "evt_1",
  url: "https://shop.example/orders?a=1&b=<2>",
  note: "Café für Zoë",
  payload: {
    payment_id: "pay_1",
    amount: 49.9,
    items: [{ sku: "b", n: 2 }, { sku: "a", n: 1 }],
    none: {},
  },
};
const COMPACT = JSON.stringify(EVENT);
/** What every printer writes alike. */
const ASCII = COMPACT.replaceAll(/[^ -~]/g, "o").replaceAll(/[<>&/]/g, "-");
const TIMESTAMP = String(NOW_S);

type Signing = {
  /** What arrives. */
  arrived?: string | Uint8Array;
  /** What was signed. */
  signed?: string | Uint8Array;
  secret?: string | Uint8Array;
  timestamp?: string;
  /** All that is signed, if not the timestamp, a full stop and what was signed. */
  text?: string;
  algorithm?: string;
  write?: (signature: Buffer) => string;
  headers?: Record<string, string>;
};

function bytesOf(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    typeof text === "string" ? Buffer.from(text, "utf8") : text,
  );
}

function send(
  {
    arrived = COMPACT,
    signed = arrived,
    secret = SECRET,
    timestamp = TIMESTAMP,
    text,
    algorithm = "sha256",
    write = (signature) => signature.toString("hex"),
    headers = {},
  }: Signing,
): Pick<Fault, "headers" | "body"> {
  const hmac = createHmac(algorithm, secret);
  if (text === undefined) hmac.update(`${timestamp}.`).update(bytesOf(signed));
  else hmac.update(text);
  return {
    body: bytesOf(arrived),
    headers: {
      "X-Provider-Timestamp": timestamp,
      "X-Provider-Signature": write(hmac.digest()),
      ...headers,
    },
  };
}

function fault(
  name: string,
  why: RejectionCause,
  signing: Signing,
  { status = 401, env }: { status?: number; env?: Fault["env"] } = {},
): Fault {
  return { name, why, status, ...send(signing), ...env && { env } };
}

/** The same without some headers, and with others. */
function missing(
  name: string,
  why: RejectionCause,
  without: readonly string[],
  others: Record<string, string> = {},
): Fault {
  const { headers, body } = send({});
  const left = Object.entries(headers)
    .filter(([header]) => !without.includes(header));
  return {
    name,
    why,
    body,
    status: 422,
    headers: { ...Object.fromEntries(left), ...others },
  };
}

const both = ["X-Provider-Timestamp", "X-Provider-Signature"];

const headersMissing = [
  missing("no timestamp", {
    cause: "header_missing",
    missing: ["timestamp"],
  }, ["X-Provider-Timestamp"]),
  missing("no signature", {
    cause: "header_missing",
    missing: ["signature"],
  }, ["X-Provider-Signature"]),
  missing("neither", {
    cause: "header_missing",
    missing: ["timestamp", "signature"],
  }, both),
  ...([
    ["stripe", "Stripe-Signature", "t=1700000000,v1=5257a869e7ecebeda32affa6"],
    ["standard_webhooks", "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"],
    ["standard_webhooks", "svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"],
    [
      "github",
      "X-Hub-Signature-256",
      "sha256=757107ea0eb2509fc211221cce984b8a",
    ],
    ["adyen", "HmacSignature", "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="],
    ["paypal", "PAYPAL-TRANSMISSION-SIG", "lmI95Jx3Y9nhR5SJWlHVIWpg4AgFk7n9"],
    [
      "shopify",
      "X-Shopify-Hmac-SHA256",
      "XWmrwMey6OsLMeiZKwP4FppHH3cmAiiJJAweH5Jo4bM=",
    ],
    [
      "square",
      "x-square-hmacsha256-signature",
      "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqc",
    ],
    ["razorpay", "X-Razorpay-Signature", "2fe04e22977002e6c7cb553adab8b460"],
    ["slack", "X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235"],
  ] as const).map(([scheme, header, value]) =>
    missing(
      `headers as ${header} has them`,
      {
        cause: "headers_of_another_scheme",
        scheme,
      },
      both,
      { [header]: value },
    )
  ),
];

const malformedTimestamps = ([
  ["iso_8601", "2023-11-14T22:13:20Z"],
  ["iso_8601", "2023-11-14"],
  ["http_date", "Tue, 14 Nov 2023 22:13:20 GMT"],
  ["fraction", "1700000000.123"],
  ["sent_twice", "1700000000, 1700000000"],
  ["too_long", "170000000000000000000"],
  ["empty", ""],
  ["other", "now"],
] as const).map(([form, timestamp]) =>
  fault(
    `a timestamp ${JSON.stringify(timestamp)}`,
    {
      cause: "timestamp_malformed",
      form,
    },
    { timestamp },
    { status: 400 },
  )
);

const timesOff = [
  ...([
    ["milliseconds", "1700000000123"],
    ["microseconds", "1700000000123456"],
    ["nanoseconds", "1700000000123456789"],
  ] as const).map(([unit, timestamp]) =>
    fault(`a timestamp in ${unit}`, {
      cause: "timestamp_in_another_unit",
      unit,
      signed_with: current,
    }, { timestamp })
  ),
  ...([["stale", -301], ["stale", -86_400], [
    "from_the_future",
    7_200,
  ]] as const)
    .map(([cause, seconds]) =>
      fault(`${cause} by ${seconds}`, {
        cause,
        seconds: Math.abs(seconds),
        tolerance_seconds: 300,
        signed_with: current,
      }, { timestamp: String(NOW_S + seconds) })
    ),
  fault("stale, and signed with the retired secret", {
    cause: "stale",
    seconds: 400,
    tolerance_seconds: 300,
    signed_with: own("retired"),
  }, { timestamp: String(NOW_S - 400), secret: RETIRED }),
  fault("stale, and signed with a secret that nobody knows", {
    cause: "stale",
    seconds: 400,
    tolerance_seconds: 300,
    signed_with: null,
  }, { timestamp: String(NOW_S - 400), secret: "unknown" }),
];

const wrongSecrets = [
  fault("a secret that nobody knows", { cause: "unknown_secret" }, {
    secret: "unknown",
  }),
  fault("the retired secret", {
    cause: "retired_secret",
    signed_with: own("retired"),
  }, { secret: RETIRED }),
  fault("the token of an internal service", {
    cause: "another_secret",
    signed_with: ours("token"),
  }, { secret: TOKEN }),
  fault("the secret of the documentation", {
    cause: "documentation_secret",
    signed_with: ours("documentation"),
  }, { secret: "eventflow-local-secret" }),
  fault("the secret in place of a signature", {
    cause: "secret_in_the_open",
    signed_with: current,
  }, { write: () => SECRET }),
  ...([
    ["newline_behind", `${SECRET}\n`],
    ["newline_behind", `${SECRET}\r\n`],
    ["blanks_around", `${SECRET} `],
    ["quoted", `"${SECRET}"`],
  ] as const).map(([misreading, secret]) =>
    fault(`the secret read as ${JSON.stringify(secret)}`, {
      cause: "secret_misread",
      misreading,
      signed_with: current,
    }, { secret })
  ),
  fault("the previous secret with a newline", {
    cause: "secret_misread",
    misreading: "newline_behind",
    signed_with: own("previous"),
  }, { secret: `${PREVIOUS}\n` }),
  fault(
    "the bytes of a secret in hex",
    {
      cause: "secret_misread",
      misreading: "decoded_from_hex",
      signed_with: current,
    },
    { secret: Buffer.from(HEX_SECRET, "hex") },
    {
      env: { PAYMENT_PROVIDER_WEBHOOK_SECRET: HEX_SECRET },
    },
  ),
  fault(
    "the bytes of a secret in base64 behind its prefix",
    {
      cause: "secret_misread",
      misreading: "decoded_from_base64",
      signed_with: current,
    },
    { secret: Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64") },
    {
      env: {
        PAYMENT_PROVIDER_WEBHOOK_SECRET:
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      },
    },
  ),
  fault(
    "a secret without its prefix",
    {
      cause: "secret_misread",
      misreading: "without_prefix",
      signed_with: current,
    },
    { secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    {
      env: {
        PAYMENT_PROVIDER_WEBHOOK_SECRET:
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      },
    },
  ),
];

function altered(
  alteration: Extract<RejectionCause, { cause: "body_altered" }>["alteration"],
  signed: string | Uint8Array,
  arrived: string | Uint8Array,
  { name = alteration, secret = SECRET }: { name?: string; secret?: string } =
    {},
): Fault {
  const signed_with = secret === SECRET ? current : own("previous");
  const why = { cause: "body_altered", alteration, signed_with } as const;
  return fault(`a body altered: ${name}`, why, { signed, arrived, secret });
}

const lines = '{\n  "event_id": "é"\n}';
const crlf = lines.replaceAll("\n", "\r\n");
const latin1 = Buffer.from(COMPACT, "latin1");
const utf16 = Buffer.from(COMPACT, "utf16le");

/** As programs that pass bodies on print them. */
const python = (text: string) =>
  text.replaceAll(/(?<=["\d}\]]),/g, ", ").replaceAll(/":/g, '": ');
const ascii = (text: string) =>
  text.replaceAll(
    /[^ -~]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
const sorted = JSON.stringify({
  event_id: "e",
  payload: { amount: 1, currency: "EUR" },
});
const unsorted = JSON.stringify({
  payload: { currency: "EUR", amount: 1 },
  event_id: "e",
});

const alteredBodies = [
  altered("newline_added", COMPACT, `${COMPACT}\n`),
  altered("newline_added", COMPACT, `${COMPACT}\r\n`, { name: "CRLF added" }),
  altered("newline_removed", `${COMPACT}\n`, COMPACT),
  altered("newline_removed", `${COMPACT}\r\n`, COMPACT, {
    name: "CRLF removed",
  }),
  altered("crlf_to_lf", crlf, lines),
  altered("lf_to_crlf", lines, crlf),
  altered("white_space_added", COMPACT, ` ${COMPACT}  `),
  altered("byte_order_mark_added", COMPACT, `\ufeff${COMPACT}`),
  altered("byte_order_mark_removed", `\ufeff${COMPACT}`, COMPACT),
  altered("latin1_to_utf8", latin1, COMPACT),
  altered("utf8_to_latin1", COMPACT, latin1),
  altered("encoded_twice", COMPACT, Buffer.from(COMPACT).toString("latin1")),
  altered("utf16_to_utf8", utf16, COMPACT),
  altered("utf16_to_utf8", Buffer.from(utf16).swap16(), COMPACT, {
    name: "UTF-16, most significant byte first",
  }),
  altered("utf8_to_utf16", COMPACT, utf16),
  altered(
    "utf8_to_utf16",
    ASCII,
    Buffer.from(`\ufeff${ASCII}`, "utf16le"),
    { name: "UTF-16 with a mark, of ASCII" },
  ),
  altered("reserialised_from_compact", COMPACT, python(COMPACT)),
  altered(
    "reserialised_from_compact",
    COMPACT,
    JSON.stringify(EVENT, null, 2),
    { name: "indented on the way" },
  ),
  altered("reserialised_from_spaced", python(ASCII), ASCII),
  ...[2, 4, "\t"].map((indent) =>
    altered(
      "reserialised_from_indented",
      JSON.stringify(EVENT, null, indent),
      COMPACT,
      { name: `compacted from ${JSON.stringify(indent)}` },
    )
  ),
  altered("reserialised_from_sorted_keys", sorted, unsorted),
  altered("reserialised_from_sorted_keys", python(sorted), unsorted, {
    name: "sorted and spaced",
  }),
  altered("reserialised_from_other_escapes", python(ascii(COMPACT)), COMPACT, {
    name: "as Python prints it",
  }),
  altered("reserialised_from_other_escapes", COMPACT, ascii(COMPACT), {
    name: "escaped on the way",
  }),
  altered(
    "reserialised_from_other_escapes",
    ascii(COMPACT).replaceAll("/", "\\/"),
    COMPACT,
    { name: "as PHP prints it" },
  ),
  altered(
    "reserialised_from_other_escapes",
    COMPACT.replaceAll(
      /[<>&]/g,
      (one) => `\\u00${one.charCodeAt(0).toString(16)}`,
    ),
    COMPACT,
    { name: "as Go prints it" },
  ),
  altered(
    "reserialised_from_other_numbers",
    COMPACT.replace("49.9", "49.90"),
    COMPACT,
  ),
  altered("newline_added", COMPACT, `${COMPACT}\n`, {
    name: "newline added, signed with the previous secret",
    secret: PREVIOUS,
  }),
];

const encodings = ([
  ["upper_case_hex", (made) => made.toString("hex").toUpperCase()],
  ["base64", (made) => made.toString("base64")],
  ["base64url", (made) => made.toString("base64url")],
  ["prefixed", (made) => `sha256=${made.toString("hex")}`],
  ["prefixed", (made) => `t=1700000000,v1=${made.toString("hex")}`],
  ["prefixed", (made) => `v1,${made.toString("base64")}`],
  ["quoted", (made) => `"${made.toString("hex")}"`],
  ["sent_twice", (made) => `${made.toString("hex")}, ${made.toString("hex")}`],
] as const satisfies (readonly [string, (made: Buffer) => string])[])
  .map(([encoding, write], n) =>
    fault(`a signature written as ${encoding} (${n})`, {
      cause: "signature_encoding",
      encoding,
      signed_with: current,
    }, { write })
  );

const otherSignatures = [
  fault("base64 by a secret that nobody knows", {
    cause: "signature_encoding",
    encoding: "base64",
    signed_with: null,
  }, { secret: "unknown", write: (made) => made.toString("base64") }),
  ...[16, 40, 63].map((digits) =>
    fault(`the first ${digits} digits`, {
      cause: "signature_truncated",
      digits,
      signed_with: current,
    }, { write: (made) => made.toString("hex").slice(0, digits) })
  ),
  fault("too few digits to prove anything", {
    cause: "signature_truncated",
    digits: 6,
    signed_with: null,
  }, { write: (made) => made.toString("hex").slice(0, 6) }),
  ...(["sha1", "sha512", "md5", "sha384"] as const).map((algorithm) =>
    fault(`HMAC with ${algorithm}`, {
      cause: "signature_algorithm",
      algorithm,
      signed_with: current,
    }, { algorithm })
  ),
  fault("words for a signature", {
    cause: "signature_malformed",
    form: "other",
  }, { write: () => "not signed" }),
  fault("an empty signature", {
    cause: "signature_malformed",
    form: "empty",
  }, { write: () => "" }),
  fault("a signature with a digit too many", {
    cause: "signature_malformed",
    form: "too_long",
  }, { write: (made) => `${made.toString("hex")}0` }),
];

const otherTexts = ([
  ["body_alone", ASCII],
  ["no_separator", `${TIMESTAMP}${ASCII}`],
  ["other_separator", `${TIMESTAMP}:${ASCII}`],
  ["other_separator", `${TIMESTAMP}|${ASCII}`],
  ["other_separator", `${TIMESTAMP}\n${ASCII}`],
  ["body_first", `${ASCII}.${TIMESTAMP}`],
  ["timestamp_in_milliseconds", `${TIMESTAMP}000.${ASCII}`],
  ["timestamp_in_iso_8601", `2023-11-14T22:13:20Z.${ASCII}`],
  ["timestamp_in_iso_8601", `2023-11-14T22:13:20.000Z.${ASCII}`],
  ["timestamp_a_second_off", `${NOW_S - 1}.${ASCII}`],
] as const).map(([other, text], n) =>
  fault(`another text signed: ${other} (${n})`, {
    cause: "another_text_signed",
    text: other,
    signed_with: current,
  }, { arrived: ASCII, text })
);

const bodies = [
  ...([
    ["not_utf8", Buffer.from('{"a":"\xe9"}', "latin1")],
    ["byte_order_mark", "\ufeff{}"],
    ["form_data", "payment_id=pay_1&amount=49.90"],
    ["xml", "<payment/>"],
    ["broken_off", '{"event_id":"e'],
    ["other", "payment"],
  ] as const).map(([form, arrived]) =>
    fault(`no JSON: ${form}`, { cause: "not_json", form }, { arrived }, {
      status: 400,
    })
  ),
  ...([
    ["array", "[{}]"],
    ["string", '"{}"'],
    ["number", "7"],
    ["boolean", "true"],
    ["null", "null"],
  ] as const).map(([form, arrived]) =>
    fault(`JSON that is ${form}`, { cause: "not_an_object", form }, {
      arrived,
    }, { status: 400 })
  ),
  fault("a card number", { cause: "card_number" }, {
    arrived: '{"card":{"number":"4242 4242 4242 4242"}}',
  }, { status: 422 }),
  fault("an empty body", { cause: "empty_body" }, { arrived: "" }, {
    status: 400,
  }),
  fault("a body that is compressed", { cause: "unsupported_encoding" }, {
    headers: { "Content-Encoding": "gzip" },
  }, { status: 415 }),
  fault("a body that is too large", { cause: "too_large" }, {
    arrived: new Uint8Array(1_048_577),
    headers: { "Content-Length": "1048577" },
  }, { status: 413 }),
  fault("headers that are too large", { cause: "headers_too_large" }, {
    headers: { "X-Padding": "x".repeat(16 * 1024) },
  }, { status: 431 }),
  fault("a body that is too large to be looked into", {
    cause: "body_not_examined",
    why: "too_large",
  }, { secret: "unknown", arrived: `{"a":"${"x".repeat(16 * 1024)}"}` }),
];

export const faults: readonly Fault[] = [
  ...headersMissing,
  ...malformedTimestamps,
  ...timesOff,
  ...wrongSecrets,
  ...alteredBodies,
  ...encodings,
  ...otherSignatures,
  ...otherTexts,
  ...bodies,
];
