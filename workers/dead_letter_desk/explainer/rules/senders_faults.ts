/**
 * Faults that are understood, and that only the sender can mend: no patch may write an amount, an id or a time.
 *
 * @module
 */
import type { Fault, Field, LetterCluster } from "../cluster.ts";
import type { Known } from "./repairs.ts";

type Look = { readonly fault: Fault; readonly field: Field | undefined };

/** Each looks at one fault; the first that has a sentence for it counts. */
const sentences: readonly ((look: Look) => string | undefined)[] = [
  noAmount,
  hugeAmount,
  anotherTime,
  tooLong,
  anotherType,
];

export function sendersFault(
  fault: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const field = fields.find(({ path }) => path === fault.path);
  for (const sentence of sentences) {
    const says = sentence({ fault, field });
    if (says !== undefined) return { says };
  }
  return undefined;
}

/** What the contract says of a place, as a sentence; for faults of which no more is known. */
export function inWords({ path, message }: Fault): string {
  if (/^\(a message of \d+ characters\)$/.test(message)) {
    return `${path} is not as it has to be.`;
  }
  const [, options] = /^Invalid option: expected one of (.+)$/s.exec(message) ??
    [];
  if (options !== undefined) {
    return `${path} must be one of ${options.replaceAll("|", ", ")}.`;
  }
  return message.startsWith("must ")
    ? `${path} ${message}.`
    : `${path}: ${message}.`;
}

function noAmount({ fault: { path, message } }: Look): string | undefined {
  return path === "payload.amount" && message === "must be greater than 0"
    ? "payload.amount is zero or below, and a payment is of more than nothing. The sender may say by it that nothing was paid, or that money went back, which is another type of event: ask it, and discard the letters if there was no payment."
    : undefined;
}

function hugeAmount({ fault: { path, message } }: Look): string | undefined {
  return path === "payload.amount" && message.startsWith("must be less than")
    ? "payload.amount is 10^15 or more, and no payment is. The sender may have put an id or a time in its place: have it mend that and send again."
    : undefined;
}

function anotherTime({ fault, field }: Look): string | undefined {
  // The numbers of the example are left out of what is told.
  if (!/^must be an RFC \S+ time/.test(fault.message)) return undefined;
  const isDigits = field?.types.includes("number") ||
    field?.shapes?.every((shape) => /^9{10}(?:999)?$/.test(shape)) === true;
  return `The sender writes ${fault.path} ${
    isDigits ? "as a count of seconds or milliseconds" : "in another form"
  }; it must be a time as in RFC 3339, with seconds and an offset, such as 2026-01-02T03:04:05Z. Have it mend that and send again.`;
}

function tooLong({ fault, field }: Look): string | undefined {
  const [, most] = /^must have at most (\d+) characters$/.exec(fault.message) ??
    [];
  if (most === undefined) return undefined;
  const has = field?.length === undefined ? "more" : `up to ${field.length[1]}`;
  return `${fault.path} has ${has} characters, and at most ${most} are taken. To cut it would make it another: have the sender give a shorter one.`;
}

const types: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

function anotherType({ fault }: Look): string | undefined {
  const [, asked = "", written = ""] =
    /^must be an? (\w+), not (?:an? )?(\w+)$/.exec(fault.message) ?? [];
  const [must, is] = [asked, written].map((type) =>
    Object.hasOwn(types, type) ? types[type] : undefined
  );
  return must === undefined || is === undefined
    ? undefined
    : `The sender writes ${fault.path} as ${is}, and the contract asks for ${must}. Have it mend that and send again.`;
}
