/**
 * What was to be made of a provider's webhook, worked out again from the log, and whether it was.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { ReceivedRecord } from "#kafka/port.ts";
import { formatPart, type Part } from "#kafka/record_coordinates.ts";
import {
  askedIn,
  isAskedFor,
} from "../../../workers/validator/mapped_outcome.ts";
import {
  type Mapped,
  mapWebhook,
} from "../../../workers/validator/mapping/map_webhook.ts";
import { digestOf } from "./digest.ts";
import type { Output } from "./output.ts";

/** What today's mapping makes of a webhook. */
export type Expectation = {
  readonly version: number;
  readonly items: number;
  /** The one of several things that a replay has asked for; undefined: all of them. */
  readonly asked?: Part | undefined;
  /** Of a replay for one of several things: that alone. */
  readonly made: readonly ExpectedItem[];
};

type ExpectedItem = {
  readonly item: number;
  readonly kind: Exclude<Output["kind"], "row" | "superseded row">;
  /** Of a fact's value; what else is written has the time in it, or the reason. */
  readonly digest: Buffer | undefined;
};

/**
 * Undefined if a record is no provider's webhook: then it goes on as it is. If a mapping fails at it for a fault of its own, it is a
 * dead letter, as in the validator.
 *
 * @param map what maps it
 */
export function expectationOf(
  record: Pick<ReceivedRecord, "value" | "headers">,
  map: typeof mapWebhook = mapWebhook,
): Expectation | undefined {
  let mapped: Mapped | undefined;
  try {
    mapped = map(record);
  } catch {
    return failed;
  }
  if (mapped === undefined) return undefined;
  const { version, items } = mapped;
  const asked = askedIn(record);
  const made = items.map((item, n) => expectedOf(item, n + 1));
  return {
    version,
    items: items.length,
    asked,
    made: items.length < 2
      ? made
      : made.filter(({ item }) =>
        isAskedFor(asked, { item, items: items.length })
      ),
  };
}

const failed: Expectation = {
  version: 0,
  items: 1,
  asked: undefined,
  made: [{ item: 1, kind: "dead letter", digest: undefined }],
};

function expectedOf(
  item: Mapped["items"][number],
  place: number,
): ExpectedItem {
  switch (item.kind) {
    case "event":
      return { item: place, kind: "record", digest: digestOf(item.value) };
    case "unmapped":
      return { item: place, kind: "unmapped", digest: undefined };
    case "refused":
      return { item: place, kind: "dead letter", digest: undefined };
  }
}

/** How what was made of a webhook differs from what was to be made. */
export type Differences = {
  /** Of what nothing is there: each as a clause behind the record's name. */
  readonly missing: readonly string[];
  /** Outputs that say the same thing twice. */
  readonly doubled: readonly (readonly Output[])[];
  /** Outputs that say something else. */
  readonly conflicting: readonly { output: Output; what: string }[];
  /** How many were made by another version of the mapping, so that their text is not compared. */
  readonly ofOtherVersions: number;
};

/**
 * Compares what was made of a webhook with what was to be made. What another version of the mapping has made is not compared: that
 * it is whole is seen by how many things it says it was.
 *
 * @param made records, pointers and dead letters that name the webhook as their source
 */
export function differencesIn(
  { version, items, asked, made: expected }: Expectation,
  made: readonly Output[],
): Differences {
  const wholes = made.filter(({ part }) => part === undefined);
  const parts = made.filter((one) => one.part !== undefined);
  const [whole, another] = wholes;
  if (whole === undefined && parts.length === 0) {
    const missing = expected.map(({ item }) =>
      items === 1 ? "came to nothing" : `came to nothing in ${item}/${items}`
    );
    return { ...none, missing };
  }
  if (whole !== undefined) {
    if (another !== undefined || parts.length > 0) {
      return { ...none, doubled: [made] };
    }
    return compared([whole], { version, items, asked, expected });
  }
  return differencesInParts(parts, { version, items, asked, expected });
}

const none: Differences = {
  missing: [],
  doubled: [],
  conflicting: [],
  ofOtherVersions: 0,
};

type Against = {
  readonly version: number;
  readonly items: number;
  readonly asked: Part | undefined;
  readonly expected: readonly ExpectedItem[];
};

function differencesInParts(
  parts: readonly Output[],
  against: Against,
): Differences {
  const byPart = new Map<string, Output[]>();
  for (const output of parts) {
    const name = output.part ? formatPart(output.part) : "";
    byPart.set(name, [...byPart.get(name) ?? [], output]);
  }
  const doubled = [...byPart.values()].filter(({ length }) => length > 1);
  const items = parts[0]?.part?.items ?? 0;
  const strangers = parts.filter(({ part }) => part?.items !== items);
  // A replay for one thing has made that alone, whichever version of the mapping it was.
  const asked = items === against.items
    ? against.expected.map(({ item }) => item)
    : Array.from({ length: items }, (_, n) => n + 1)
      .filter((item) => isAskedFor(against.asked, { item, items }));
  const missing = asked.map((item) => formatPart({ item, items }))
    .filter((name) => !byPart.has(name))
    .map((name) => `came to nothing in ${name}`);
  const { conflicting, ofOtherVersions } = compared(parts, against);
  return {
    missing,
    doubled,
    conflicting: [
      ...strangers.map((output) => ({
        output,
        what: `is said to be of another number of things than ${items} by`,
      })),
      ...conflicting,
    ],
    ofOtherVersions,
  };
}

/** Each output by itself. A dead letter is right of whatever thing: what it says is looked at elsewhere. */
function compared(
  outputs: readonly Output[],
  { version, items, expected }: Against,
): Differences {
  const conflicting: { output: Output; what: string }[] = [];
  let ofOtherVersions = 0;
  for (const output of outputs) {
    if (output.kind === "dead letter") continue;
    if (output.version !== version) {
      ofOtherVersions++;
      continue;
    }
    const its: Part = output.part ?? { item: 1, items: 1 };
    const wanted = its.items === items
      ? expected.find(({ item }) => item === its.item)
      : undefined;
    const isSame = wanted?.kind === output.kind &&
      (wanted.digest === undefined || output.digest === undefined ||
        wanted.digest.equals(output.digest));
    if (!isSame) {
      conflicting.push({
        output,
        what: "does not come to what its mapping makes of it in",
      });
    }
  }
  return { ...none, conflicting, ofOtherVersions };
}
