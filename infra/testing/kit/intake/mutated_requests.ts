/** For tests: what may become of a signed request on its way, or in the hands of somebody who has no key. */
import { Buffer } from "node:buffer";
import type { Random } from "../random.ts";
import type { SignedRequest } from "./signed_requests.ts";

export type Mutant = {
  readonly request: SignedRequest;
  /** What was done where: a header's name, `body` or `all`, and how. */
  readonly places: readonly string[];
};

/** Every position of every header and of the body: a bit flipped, the character gone, another one before it. */
export function* atEveryPosition(request: SignedRequest): Generator<Mutant> {
  for (const [name, value] of Object.entries(request.headers)) {
    for (let at = 0; at < value.length; at++) {
      for (const [how, change] of positionChanges) {
        const changed = change(Buffer.from(value, "latin1"), at);
        const mutant = withHeader(request, name, changed.toString("latin1"));
        if (mutant !== undefined) {
          yield { request: mutant, places: [name, how] };
        }
      }
    }
  }
  for (let at = 0; at < request.body.length; at++) {
    for (const [how, change] of positionChanges) {
      const body = Uint8Array.from(change(Buffer.from(request.body), at));
      yield { request: { ...request, body }, places: ["body", how] };
    }
  }
}

const positionChanges: readonly (readonly [
  string,
  (bytes: Buffer, at: number) => Buffer,
])[] = [
  ["a bit flipped", (bytes, at) => flipped(bytes, at, at % 7)],
  ["a byte gone", (bytes, at) => spliced(bytes, at, 1, "")],
  [
    "a byte added",
    (bytes, at) => spliced(bytes, at, 0, "0aZ+ =,"[at % 7] ?? ""),
  ],
];

/**
 * Any change at any place.
 *
 * @param others requests of the same way of signing, by the same account and another one
 */
export function anyMutant(
  request: SignedRequest,
  others: readonly SignedRequest[],
  random: Random,
): Mutant {
  const other = random.oneOf(others);
  const names = Object.keys(request.headers);
  if (names.length > 0 && random.next() < 0.5) {
    const name = random.oneOf(names);
    const [how, change] = random.oneOf(headerChanges);
    const value = request.headers[name] ?? "";
    const changed = change(value, other.headers[name] ?? "", random);
    const mutant = withHeader(request, name, changed);
    if (mutant !== undefined) return { request: mutant, places: [name, how] };
  }
  if (random.next() < 0.05) {
    const [how, mutant] = random.oneOf(wholeChanges)(request, other);
    return { request: mutant, places: ["all", how] };
  }
  const [how, change] = random.oneOf(bodyChanges);
  const changed = change(Buffer.from(request.body), other.body, random);
  return {
    request: { ...request, body: Uint8Array.from(changed) },
    places: ["body", how],
  };
}

const anyAt = (text: { length: number }, random: Random) =>
  random.integer(0, Math.max(0, text.length - 1));

type HeaderChange = readonly [
  string,
  (value: string, other: string, random: Random) => string | undefined,
];

const headerChanges: readonly HeaderChange[] = [
  ["a bit flipped", (value, _, random) =>
    flipped(
      Buffer.from(value, "latin1"),
      anyAt(value, random),
      random.integer(0, 7),
    ).toString("latin1")],
  ["a character of its kind", (value, _, random) => {
    const at = anyAt(value, random);
    const kind = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "+/=-_.,| "]
      .find((one) => one.includes((value[at] ?? "").toLowerCase())) ?? "A";
    return value.slice(0, at) + random.oneOf([...kind]) + value.slice(at + 1);
  }],
  ["two exchanged", (value, _, random) => {
    const at = anyAt(value, random);
    return value.slice(0, at) + (value[at + 1] ?? "") + (value[at] ?? "") +
      value.slice(at + 2);
  }],
  ["cut", (value, _, random) => value.slice(0, anyAt(value, random))],
  ["begun late", (value, _, random) => value.slice(anyAt(value, random) + 1)],
  ["in upper case", (value) => value.toUpperCase()],
  ["in lower case", (value) => value.toLowerCase()],
  ["gone", () => undefined],
  ["empty", () => ""],
  ["another's", (_, other) => other],
  ["sent twice", (value) => `${value}, ${value}`],
  ["sent twice, another's first", (value, other) => `${other}, ${value}`],
  ["sent twice, another's last", (value, other) => `${value}, ${other}`],
  ["behind a blank, another's", (value, other) => `${value} ${other}`],
  [
    "half of each",
    (value, other) =>
      value.slice(0, value.length >> 1) + other.slice(value.length >> 1),
  ],
  [
    "in the alphabet of URLs",
    (value) => value.replaceAll("+", "-").replaceAll("/", "_"),
  ],
  ["without padding", (value) => value.replace(/=+$/, "")],
  ["with more padding", (value) => `${value}=`],
  ["hex as base64", (value) => reencoded(value, "hex", "base64")],
  ["base64 as hex", (value) => reencoded(value, "base64", "hex")],
  ["quoted", (value) => `"${value}"`],
  [
    "with a prefix",
    (value, _, random) =>
      random.oneOf([
        "v1=",
        "v1,",
        "sha256=",
        "t=0,",
        "0",
        "+",
        " ",
        "Bearer ",
      ]) +
      value,
  ],
  ["with something behind", (value, _, random) =>
    value +
    random.oneOf([
      " ",
      "\t",
      ".0",
      "000",
      ",",
      ";",
      "|",
      "&",
      "\xa0",
      "?",
      "#",
    ])],
];

const bodyChanges: readonly (readonly [
  string,
  (body: Buffer, other: Uint8Array, random: Random) => Uint8Array,
])[] = [
  [
    "a bit flipped",
    (body, _, random) =>
      flipped(body, anyAt(body, random), random.integer(0, 7)),
  ],
  [
    "a byte gone",
    (body, _, random) => spliced(body, anyAt(body, random), 1, ""),
  ],
  [
    "some gone",
    (body, _, random) =>
      spliced(body, anyAt(body, random), random.integer(1, 20), ""),
  ],
  ["a byte added", (body, _, random) =>
    spliced(
      body,
      anyAt(body, random),
      0,
      String.fromCharCode(random.integer(0, 255)),
    )],
  [
    "white space added",
    (body, _, random) =>
      spliced(
        body,
        random.oneOf([0, anyAt(body, random), body.length]),
        0,
        random.oneOf([" ", "\n", "\r\n", "\t", "\0", "\xef\xbb\xbf"]),
      ),
  ],
  ["a digit exchanged", (body, _, random) => {
    const digits = [...body.keys()].filter((at) => /\d/.test(charAt(body, at)));
    return digits.length === 0 ? spliced(body, 0, 1, "") : spliced(
      body,
      random.oneOf(digits),
      1,
      String(random.integer(0, 9)),
    );
  }],
  [
    "a colon added",
    (body, _, random) => spliced(body, anyAt(body, random), 0, ":"),
  ],
  ["some repeated", (body, _, random) => {
    const at = anyAt(body, random);
    const part = body.subarray(at, at + random.integer(1, 20));
    return Buffer.concat([body.subarray(0, at), part, body.subarray(at)]);
  }],
  ["cut", (body, _, random) => body.subarray(0, anyAt(body, random))],
  ["another's", (_, other) => other],
  ["half of each", (body, other) =>
    Buffer.concat([
      body.subarray(0, body.length >> 1),
      other.subarray(body.length >> 1),
    ])],
  ["another's behind", (body, other) => Buffer.concat([body, other])],
  ["a field again, as another's", (body, other) => fieldOf(body, other)],
  ["printed again", (body) => {
    try {
      return Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1));
    } catch {
      return Buffer.from(body.toString().replaceAll("%3D", "="));
    }
  }],
  [
    "lines ended otherwise",
    (body) =>
      Buffer.from(body.toString("latin1").replaceAll("\n", "\r\n"), "latin1"),
  ],
];

const wholeChanges: readonly ((
  request: SignedRequest,
  other: SignedRequest,
) => readonly [string, SignedRequest])[] = [
  ({ body }, { headers }) => ["another's headers", { headers, body }],
  (_, other) => ["another's", other],
  ({ body, headers }) => ["headers of the other name", {
    body,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.startsWith("svix-")
          ? name.replace("svix-", "webhook-")
          : name.replace(/^webhook-/, "svix-"),
        value,
      ]),
    ),
  }],
  ({ body, headers }, other) => ["both sets of headers", {
    body,
    headers: {
      ...Object.fromEntries(
        Object.entries(other.headers).map(([name, value]) => [
          name.replace(/^webhook-/, "svix-"),
          value,
        ]),
      ),
      ...headers,
    },
  }],
];

/** One field more, of a name that is there already: which of both counts? */
function fieldOf(body: Buffer, other: Uint8Array): Buffer {
  const text = body.toString();
  const field = /"(?:success|eventCode|value|pspReference|id)":[^,{}]+/.exec(
    Buffer.from(other).toString(),
  )?.[0];
  if (field === undefined) {
    return Buffer.from(`${Buffer.from(other).toString()}&${text}`);
  }
  const at = text.lastIndexOf("}", text.lastIndexOf("}}") - 1);
  return Buffer.from(`${text.slice(0, at)},${field}${text.slice(at)}`);
}

function charAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0);
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return changed;
}

function spliced(
  bytes: Buffer,
  at: number,
  gone: number,
  added: string,
): Buffer {
  return Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(added, "latin1"),
    bytes.subarray(at + gone),
  ]);
}

function reencoded(
  value: string,
  from: "hex" | "base64",
  to: "hex" | "base64",
): string {
  return value.replace(
    /[\w+/]{20,}={0,2}/g,
    (text) => Buffer.from(text, from).toString(to),
  );
}

/** @returns undefined if no request can have it */
function withHeader(
  { headers, body }: SignedRequest,
  name: string,
  value: string | undefined,
): SignedRequest | undefined {
  const { [name]: _, ...others } = headers;
  if (value === undefined) return { headers: others, body };
  if (/[\0\r\n]/.test(value)) return undefined;
  // White space around it is not of a value (RFC 9110, section 5.5).
  const read = value.replace(/^[ \t]+|[ \t]+$/g, "");
  return { headers: { ...others, [name]: read }, body };
}
