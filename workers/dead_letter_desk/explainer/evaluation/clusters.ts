/**
 * Clusters with their true repair, made of the contract's own fixtures by a seeded generator: the same each time.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { readdir, readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { PatchOperation } from "#contracts/desk_action.ts";
import { eventTypes } from "#contracts/events/registry.ts";
import { isJsonObject, parseEvent, type Rejection } from "#contracts/parse.ts";
import { topics } from "#contracts/topics.ts";
import { services } from "#contracts/services.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { applyEdit } from "../../edit/apply_edit.ts";
import type { EncodedOriginal } from "../../jobs/originals.ts";
import { describeLetters, faultsIn } from "../describe_letters.ts";
import type { Subject } from "../explaining.ts";
import { textsIn } from "../subjects.ts";
import { tryPatch } from "../trial.ts";
import { type Event, type Mutation, mutations, put } from "./mutations.ts";

export type EvaluationCluster = {
  readonly id: string;
  readonly kind: string;
  /** As they came. */
  readonly spoilt: readonly Event[];
  /** As they should have come. */
  readonly good: readonly Event[];
  readonly rejection: Rejection;
  /** What makes good ones of them; null if only the sender can. */
  readonly truth: readonly PatchOperation[] | null;
};

/** So many letters a cluster has, each of another payment and amount. */
const LETTERS = 3;

/** So many fixtures each mistake is made in. */
const OF_EACH = 2;

const SEED = 16;

/** The whole set: the same clusters in the same order. */
export async function evaluationClusters(): Promise<EvaluationCluster[]> {
  const fixtures = await goodEvents();
  const random = seededRandom(SEED);
  return mutations.flatMap((mutation) => {
    const fitting = shuffled(fixtures, random)
      .flatMap(({ name, event }) => {
        const cluster = clusterOf(mutation, name, event, random);
        return cluster === undefined ? [] : [cluster];
      });
    return fitting.slice(0, OF_EACH);
  });
}

function clusterOf(
  mutation: Mutation,
  fixture: string,
  event: Event,
  random: () => number,
): EvaluationCluster | undefined {
  const good = Array.from(
    { length: LETTERS },
    () => ofAnotherPayment(event, random),
  );
  const spoilt = good.map((one) => mutation.spoil(one));
  const those = spoilt.filter((one) => one !== undefined);
  const [first] = those;
  if (first === undefined || those.length < LETTERS) return undefined;
  const rejection = rejectionOf(first);
  // What the contract does not ask about is no mistake.
  if (rejection === undefined) return undefined;
  const truth = mutation.repair(first);
  return {
    id: `${mutation.kind}/${mutation.name}/${fixture}`,
    kind: mutation.kind,
    spoilt: those,
    good,
    rejection,
    truth,
  };
}

/** Why today's contract refuses an event; undefined if it does not. */
export function rejectionOf(event: Event): Rejection | undefined {
  const parsed = parseEvent(Buffer.from(JSON.stringify(event)));
  return parsed.ok ? undefined : parsed.rejection;
}

function ofAnotherPayment(event: Event, random: () => number): Event {
  const n = upTo(random, 1_000_000);
  return ["event_id", "payload.payment_id", "payload.order_id"].reduce(
    (one, path) => put(one, path, `${path.split(/[._]/).at(-2)}_${n}`),
    put(event, "payload.amount", 1 + upTo(random, 9_000)),
  );
}

/** The subject of a cluster, as the desk makes it of letters. */
export function subjectOf(
  { spoilt, rejection }: Pick<EvaluationCluster, "spoilt" | "rejection">,
  judge: Parameters<typeof tryPatch>[3],
): Subject {
  const { code, issues } = rejection;
  const { cluster, fingerprint } = describeLetters({
    service: services.validator,
    code,
    provider: null,
    issues,
    events: spoilt,
  });
  return {
    cluster,
    fingerprint,
    cause: null,
    faults: faultsIn(issues),
    unsent: spoilt.flatMap(textsIn),
    tryPatch: (patch) =>
      tryPatch(services.validator, spoilt.map(originalOf), patch, judge),
  };
}

function originalOf(event: Event): EncodedOriginal {
  return {
    topic: topics.raw.name,
    key_base64: null,
    value_base64: Buffer.from(JSON.stringify(event)).toString("base64"),
    headers: [],
  };
}

/** Whether a patch makes of every letter what should have come; what else was sent may stay. */
export function repairs(
  patch: readonly PatchOperation[] | null,
  { spoilt, good }: Pick<EvaluationCluster, "spoilt" | "good">,
): boolean {
  return patch !== null && spoilt.every((event, n) => {
    const edited = editedBy(event, patch);
    return edited !== undefined && holds(edited, good[n]);
  });
}

/** An event as a patch makes it; undefined if it does not fit. */
export function editedBy(
  event: Event,
  patch: readonly PatchOperation[],
): unknown {
  try {
    const value = Buffer.from(JSON.stringify(event));
    return JSON.parse(applyEdit(value, { patch: [...patch] }).toString());
  } catch {
    return undefined;
  }
}

function holds(edited: unknown, good: unknown): boolean {
  if (!isJsonObject(edited) || !isJsonObject(good)) {
    return isDeepStrictEqual(edited, good);
  }
  return Object.entries(good).every(([key, value]) =>
    holds(edited[key], value)
  );
}

async function goodEvents(): Promise<{ name: string; event: Event }[]> {
  const all = [];
  for (const type of Object.keys(eventTypes)) {
    const folder = new URL(
      `../../../../contracts/events/${type}/fixtures/valid/`,
      import.meta.url,
    );
    for (const file of (await readdir(folder)).sort()) {
      const event: unknown = JSON.parse(
        await readFile(new URL(file, folder), "utf8"),
      );
      if (isJsonObject(event) && JSON.stringify(event).length < 4_000) {
        all.push({
          name: `${type}.${file.replace(/\.json$/, "")}`,
          event: { ...event },
        });
      }
    }
  }
  return all;
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all.map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place).map(({ one }) => one);
}

/** A whole number from 0 to below `below`. */
function upTo(random: () => number, below: number): number {
  return Math.floor(random() * below);
}
