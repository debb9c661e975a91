/**
 * Faults whose repair is known, as it needs no guess.
 *
 * @module
 */
import type { PatchOperation } from "#contracts/desk_action.ts";
import { MISSING } from "#contracts/plain_issue.ts";
import type { Fault, Field, LetterCluster } from "../cluster.ts";
import { mayBeMissing, pointerOf } from "../patch_gate.ts";
import { sendersFault } from "./senders_faults.ts";
import { spoken, wordsAt } from "../vocabulary.ts";

/** What is known of a fault. */
export type Known = {
  /** What is wrong, as a sentence. */
  readonly says: string;
  /** Undefined: it is known, and only the sender can mend it. */
  readonly repair?: readonly PatchOperation[];
};

/** Each looks at one fault; the first that knows it counts. */
const rules:
  readonly ((fault: Fault, cluster: LetterCluster) => Known | undefined)[] = [
    anotherSpelling,
    anotherWord,
    smallCurrency,
    smallCountry,
    versionAsText,
    nothingThere,
    amountAsText,
    blankOrMissing,
    sendersFault,
  ];

export function knownFault(
  fault: Fault,
  cluster: LetterCluster,
): Known | undefined {
  for (const rule of rules) {
    const known = rule(fault, cluster);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** `paymentId` in the place of `payment_id`. */
function anotherSpelling(
  fault: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const { path } = fault;
  const isThere = fields.some((one) => one.path === path);
  if (isThere || !mayBeMissing(fault)) return undefined;
  const [parent, key] = [parentOf(path), keyOf(path)];
  const alike = fields.filter((one) =>
    parentOf(one.path) === parent && one.path !== path &&
    spoken(keyOf(one.path)) === spoken(key)
  );
  const [only, another] = alike;
  if (only === undefined) return undefined;
  const written = alike.map((one) => keyOf(one.path)).join(" and ");
  const says =
    `The sender writes ${written}, and the contract asks for ${path}.`;
  return another === undefined
    ? {
      says,
      repair: [{
        op: "copy",
        from: pointerOf(only.path),
        path: pointerOf(path),
      }],
    }
    : { says };
}

/** One of a few words, written otherwise: `Payment.Captured.v1`, `WON`. */
function anotherWord(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const written = textAt(fields, path);
  if (written === undefined || path === "payload.currency") return undefined;
  const word = wordsAt(path).find((one) => spoken(one) === spoken(written));
  // What is a text already; whatever else it should be, no rule knows.
  return word === undefined || word === written || path === "payload.final"
    ? undefined
    : {
      says: `The sender writes ${path} otherwise than the contract does.`,
      repair: exchange(path, written, word),
    };
}

function smallCurrency(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const written = textAt(fields, path);
  if (path !== "payload.currency" || written === undefined) return undefined;
  const code = written.trim().toUpperCase();
  return code === written ? undefined : {
    says:
      "The sender writes currencies small or with white space around them; ISO 4217 writes three capital letters.",
    repair: exchange(path, written, code),
  };
}

function smallCountry(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const written = textAt(fields, path);
  if (!path.endsWith("_country") || written === undefined) return undefined;
  const code = written.trim().toUpperCase();
  return code === written ? undefined : {
    says:
      "The sender writes countries small; ISO 3166-1 writes two capital letters.",
    repair: exchange(path, written, code),
  };
}

function versionAsText(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const written = textAt(fields, path);
  if (path !== "schema_version" || written === undefined) return undefined;
  return /^\d{1,3}$/.test(written)
    ? {
      says: "The sender writes schema_version as a text; it is a number.",
      repair: exchange(path, written, Number(written)),
    }
    : undefined;
}

/** What has to be there, so that to take it out mends nothing. */
const required: ReadonlySet<string> = new Set([
  "event_id",
  "event_type",
  "source",
  "timestamp",
  "payload",
  ...["payment_id", "order_id", "provider_auth_id", "amount", "currency"]
    .map((key) => `payload.${key}`),
  ...[
    "capture_id",
    "refund_id",
    "dispute_id",
    "stage",
    "state",
    "cause",
    "decline",
  ]
    .map((key) => `payload.${key}`),
  ...["class", "code", "advice"].map((key) => `payload.decline.${key}`),
  "payload.instrument.kind",
]);

/** `null`, or an empty text, in the place of a key that may be left out. */
function nothingThere(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const field = fields.find((one) => one.path === path);
  if (field === undefined || field.types.length !== 1 || required.has(path)) {
    return undefined;
  }
  const isEmpty = field.types[0] === "text" && field.length?.[1] === 0;
  if (field.types[0] !== "null" && !isEmpty) return undefined;
  const pointer = pointerOf(path);
  return {
    says:
      `The sender writes ${path} though it has nothing to say there; the contract asks to leave it out.`,
    repair: [
      { op: "test", path: pointer, value: isEmpty ? "" : null },
      { op: "remove", path: pointer },
    ],
  };
}

function amountAsText(
  { path }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const field = fields.find((one) => one.path === path);
  return path === "payload.amount" && field?.types.includes("text")
    ? {
      says:
        "The sender writes the amount as a text; it must be a number. Each letter has another amount, and no patch may write amounts: have the sender mend it and send again.",
    }
    : undefined;
}

function blankOrMissing(
  { path, message }: Fault,
  { fields }: LetterCluster,
): Known | undefined {
  const field = fields.find((one) => one.path === path);
  const isBlank = field?.shapes?.every((shape) => /^_*$/.test(shape));
  if (message !== MISSING && !isBlank) return undefined;
  return {
    says:
      `The sender does not say ${path}. What it is only the sender knows: have it sent again.`,
  };
}

function exchange(
  path: string,
  before: string,
  after: string | number,
): PatchOperation[] {
  const pointer = pointerOf(path);
  return [
    { op: "test", path: pointer, value: before },
    { op: "replace", path: pointer, value: after },
  ];
}

/** The text at a place that most samples have, if it may be told. */
function textAt(fields: readonly Field[], path: string): string | undefined {
  const value = fields.find((one) => one.path === path)?.values?.[0];
  return typeof value === "string" ? value : undefined;
}

function parentOf(path: string): string {
  return path.split(".").slice(0, -1).join(".");
}

function keyOf(path: string): string {
  return path.split(".").at(-1) ?? "";
}
