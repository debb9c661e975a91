/**
 * What can be explained, as the desk has it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { anomalyLevels, anomalySignals } from "#contracts/anomaly.ts";
import { DeadLetter } from "#contracts/dead_letter.ts";
import { currencies } from "#contracts/currencies.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { providerNames } from "#contracts/providers.ts";
import { isJsonObject } from "#contracts/parse.ts";
import {
  bytesIn,
  encodedOriginalOf,
  nameOf,
  recordsAt,
} from "../jobs/originals.ts";
import type { RejectedRow } from "../queries/rejected.ts";
import { lettersOf } from "../queries/letters.ts";
import type { DeskReads } from "../reads.ts";
import { DeskRefusal } from "../refusal.ts";
import { describeLetters, faultsIn } from "./describe_letters.ts";
import type { Subject } from "./explaining.ts";
import { tryPatch } from "./trial.ts";

/** The latest letters of a cause speak for it. */
const SAMPLES = 20;

/**
 * Open letters of a cause.
 *
 * @throws {DeskRefusal} if none is open, or kept any more
 */
export async function lettersSubject(
  { database, kafka, topics }: DeskReads,
  cause: string,
): Promise<Subject> {
  const { letters } = await lettersOf(database, { cause, state: "open" }, {
    limit: SAMPLES,
  });
  const places = letters.map(({ letter }) => {
    const [partition = 0, offset = 0] = letter.split("/").map(Number);
    return { partition, offset };
  });
  const records = await recordsAt(kafka, topics.deadLetters, places);
  const samples = (await Promise.all(places.map(async (place) => {
    const record = records.get(nameOf(place));
    const json = parseJsonObject(record?.value ?? null);
    const letter = json.ok ? DeadLetter.safeParse(json.value).data : undefined;
    const original = record && await encodedOriginalOf(kafka, record);
    return letter === undefined || original === undefined
      ? []
      : [{ letter, original }];
  }))).flat();
  const [first] = samples;
  const [summary] = letters;
  if (first === undefined || summary === undefined) {
    throw new DeskRefusal(
      404,
      `No letter of cause ${
        cause.slice(0, 8)
      } is open and kept: there is nothing to explain.`,
    );
  }
  const { failed_service: service, error_code: code, issues } = first.letter;
  const events = samples.map(({ original }) =>
    eventIn(bytesIn(original.value_base64))
  );
  const { cluster, fingerprint } = describeLetters({
    service,
    code,
    provider: summary.provider,
    issues,
    events,
  });
  const originals = samples.map(({ original }) => original);
  return {
    cluster,
    fingerprint,
    cause: summary.cause,
    faults: faultsIn(issues),
    unsent: events.flatMap(textsIn),
    tryPatch: (patch) => tryPatch(service, originals, patch),
  };
}

/** Webhooks that the intake has refused for one cause. */
export function refusedSubject(row: RejectedRow): Subject {
  const { sample, cause } = row;
  const provider = providerNames.find((one) => one === row.provider) ?? null;
  // Secrets have names of accounts in them; the other words are closed ones.
  const detail = Object.entries(sample?.why ?? {}).flatMap(([key, value]) =>
    key === "cause" || typeof value !== "string" ? [] : [`${key}: ${value}`]
  );
  const cluster = { kind: "refused", provider, cause, detail } as const;
  return { ...without, cluster, fingerprint: fingerprintOf(cluster) };
}

/** What is looked at of an anomaly, which may say more than the sentinel does today. */
type AnomalyLike = {
  readonly signal: string;
  readonly segment: Readonly<Record<string, string | undefined>>;
  readonly since: string;
  readonly expected: number;
  readonly observed: number;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** A name of a number. */
const NAME = /^[a-z][a-z0-9_.-]{0,39}$/;

/** Of its evidence; the sentinel tells of four. */
const MOST_NUMBERS = 12;

/** Numbers are counts and shares of the whole flow; of names only those that we know are told. */
export function anomalySubject(anomaly: AnomalyLike): Subject {
  const { since, expected, observed } = anomaly;
  // A later sentinel may say more than the kind that a signal is of: `volume_low` is of `volume`.
  const signal = anomalySignals.find((one) => anomaly.signal.startsWith(one)) ??
    "unknown";
  const segment = Object.fromEntries(
    anomalyLevels.flatMap((level) => {
      const name = anomaly.segment[level];
      return name === undefined ? [] : [[level, toldSegment(name)]];
    }),
  );
  const evidence = Object.fromEntries(
    Object.entries(anomaly.evidence).filter((
      one,
    ): one is [string, number] =>
      NAME.test(one[0]) && typeof one[1] === "number"
    ).slice(0, MOST_NUMBERS),
  );
  const cluster = {
    kind: "anomaly",
    signal,
    segment,
    since,
    expected,
    observed,
    evidence,
  } as const;
  return {
    ...without,
    cluster,
    fingerprint: fingerprintOf({ signal, segment, since }),
    unsent: Object.values(anomaly.segment).filter((name) => name !== undefined),
  };
}

/** What pays, as the sentinel names it: a kind of instrument, and of cards the brand. */
const families: ReadonlySet<string> = new Set([
  ...["card", "wallet", "bank", "other", "unknown"],
  ...[
    "visa",
    "mastercard",
    "amex",
    "discover",
    "diners",
    "jcb",
    "unionpay",
    "maestro",
  ].map((brand) => `card ${brand}`),
]);

/** A word that we know, or how long it is. */
function toldSegment(value: string): string {
  const isKnown = providerNames.some((one) => one === value) ||
    currencies.has(value) || families.has(value) || value === "default";
  return isKnown ? value : `‹${value.length} characters›`;
}

/** Nothing is to be patched. */
const without = { cause: null, faults: [], unsent: [] };

function fingerprintOf(of: unknown): string {
  return createHash("sha256").update(JSON.stringify(of)).digest("hex");
}

function eventIn(bytes: Uint8Array | null): unknown {
  const json = parseJsonObject(bytes);
  return json.ok ? json.value : undefined;
}

/** All texts and keys of an event, in no order. It may nest deeper than calls can. */
export function textsIn(event: unknown): string[] {
  const texts: string[] = [];
  const rest = [event];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === "string") texts.push(one);
    else if (Array.isArray(one)) { for (const its of one) rest.push(its); }
    else if (isJsonObject(one)) {
      for (const [key, its] of Object.entries(one)) {
        texts.push(key);
        rest.push(its);
      }
    }
  }
  return texts;
}
