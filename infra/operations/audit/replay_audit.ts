import type { DeskAction } from "#contracts/desk_action.ts";
import { headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { LoggedAction } from "./chain_audit.ts";
import type { Findings, Found } from "./findings.ts";
import type { InputRecord } from "./input_record.ts";
import {
  type Entry,
  type Named,
  type Replayed,
  type ReplayedTopic,
  ReplayEntries,
} from "./replay_entries.ts";

type Send = Extract<DeskAction["what"], { kind: "send" }>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Replays without a job that are named. */
const MOST_BY_HAND_NAMED = 3;

/**
 * Whether each replay that was put into a topic is named by exactly one action, and each record that an action names was put in
 * exactly once. Both are taken in any order and sorted by what was sent again and by which job, so that what belongs together
 * comes together.
 *
 * What a service forwards of a replay carries its headers on. It was not put in: its source says so.
 */
export class ReplayAudit {
  readonly #topics: Readonly<Record<ReplayedTopic, string>>;
  readonly #findings: Findings;
  readonly #entries: ReplayEntries;
  readonly #byHand: string[] = [];
  readonly #counts = { named: 0, replayed: 0, byHand: 0, elsewhere: 0 };

  constructor(
    { topics, findings, folder }: {
      topics: Readonly<Record<ReplayedTopic, string>>;
      findings: Findings;
      folder: string;
    },
  ) {
    this.#topics = topics;
    this.#findings = findings;
    this.#entries = new ReplayEntries(folder);
  }

  /** Takes a record of a topic that replays are put into; those that are none are passed. */
  addRecord(
    topic: ReplayedTopic,
    { record, replayOf, replayFor }: InputRecord,
    { isOlder, isOutside }: {
      isOlder: (record: ReceivedRecord) => boolean;
      /** Whether a place in the raw topic is none of those that are read. */
      isOutside: (raw: RecordCoordinates) => boolean;
    },
  ): void {
    if (replayOf === undefined) return;
    const job = headerText(record.headers, headers.replayJob) ?? "";
    const named = coordinatesInHeader(record.headers, headers.source);
    const source = named?.topic === this.#topics.raw ? named : undefined;
    const { partition, offset } = record;
    const own = `${partition}/${offset}`;
    const its: Replayed = {
      is: "replayed",
      in: topic,
      for: replayFor ?? "",
      partition,
      offset,
      ...source && { source: `${source.partition}/${source.offset}` },
      isSourceOutside: source !== undefined && isOutside(source),
      isOlder: isOlder(record),
    };
    // Of those without a job any number may say the same, so they go by their places.
    const place = topic === "raw" ? own : its.source ?? own;
    this.#entries.add(
      UUID.test(job) ? `${job} ${replayOf}` : `- ${place}`,
      its,
    );
  }

  /** @param must whether the records that it names must be among those that were read */
  addAction(
    { number, record }: LoggedAction,
    send: Send,
    must: (topic: ReplayedTopic) => boolean,
  ): void {
    const { partition, offset } = record;
    const to = send.topic === this.#topics.raw
      ? "raw"
      : send.topic === this.#topics.validated
      ? "validated"
      : undefined;
    for (const { partition: of, ranges } of send.records.offsets) {
      for (const [first, last] of ranges) {
        if (to === undefined) {
          this.#counts.elsewhere += last - first + 1;
          continue;
        }
        for (let at = first; at <= last; at++) {
          const what = formatCoordinates({
            topic: send.records.topic,
            partition: of,
            offset: at,
          });
          this.#entries.add(`${send.job} ${what}`, {
            is: "named",
            to,
            for: send.replay_for ?? "",
            number,
            partition,
            offset,
            must: must(to),
          });
        }
      }
    }
  }

  /**
   * To be called once, after all are taken.
   *
   * @param known what was read whole: of what was not, nothing is missing
   */
  judge(
    known: { readonly actions: boolean; readonly records: boolean },
    desk: string,
  ): void {
    for (const { key, entries } of this.#entries.groups()) {
      const [job = "", of = ""] = key.split(" ");
      if (job === "-") this.#judgeByHand(entries);
      else this.#judge({ job, of, desk }, entries, known);
    }
    this.#entries.close();
  }

  /** What was named by actions, what was found in the topics, and what nobody at the desk has sent. */
  get counts() {
    return { ...this.#counts, byHandNamed: [...this.#byHand] };
  }

  #judge(
    { job, of, desk }: { job: string; of: string; desk: string },
    entries: readonly Entry[],
    known: { readonly actions: boolean; readonly records: boolean },
  ): void {
    const named = entries.filter((one) => one.is === "named");
    const put = this.#putIn(entries, named);
    const at = (one: Replayed) => this.#coordinatesOf(one);
    const actions = named.map(({ number }) => number).join(" and ");
    const find = (found: Omit<Found, "service" | "eventId">) =>
      this.#findings.add({
        service: services.dead_letter_desk,
        eventId: null,
        ...found,
      });
    const record = coordinatesIn(of);
    const isTold = put.length > 0 || named.some(({ must }) => must);
    if (isTold) this.#counts.named += named.length;
    this.#counts.replayed += put.length;
    if (named.length > 1) {
      find({
        kind: "doubled",
        ...record && { record },
        outputs: named.map(({ partition, offset }) => ({
          topic: desk,
          partition,
          offset,
        })),
        what: `job ${job} says that it has sent it by action ${actions}`,
      });
    }
    const [first] = named;
    if (first === undefined) {
      if (!known.actions) return;
      for (const one of put) {
        if (one.isOlder) continue;
        find({
          kind: "unexplained",
          record: at(one),
          what:
            `says that job ${job} has sent ${of} again, and no action names it`,
        });
      }
      return;
    }
    const [there, elsewhere] = partitionBy(
      put,
      (one) => named.some(({ to }) => to === one.in),
    );
    for (const one of elsewhere) {
      find({
        kind: "unexplained",
        record: at(one),
        what:
          `says that job ${job} has sent ${of} again, which action ${actions} names for ${
            this.#topics[first.to]
          }`,
      });
    }
    if (there.length === 0) {
      if (!known.records || !named.some(({ must }) => must)) return;
      find({
        kind: "missing",
        ...record && { record },
        what: `action ${actions} of job ${job} names it for ${
          this.#topics[first.to]
        }, and no record there says so`,
      });
    }
    if (there.length > named.length) {
      find({
        kind: "doubled",
        ...record && { record },
        outputs: there.map(at),
        what: `action ${actions} of job ${job} has sent it, and it is ${
          there.map((one) => formatCoordinates(at(one))).join(" and ")
        }`,
      });
    }
    for (const one of there) {
      if (named.some((its) => its.for === one.for)) continue;
      find({
        kind: "conflicting",
        record: at(one),
        what: `is for ${one.for || "all"}, and action ${actions} says for ${
          first.for || "all"
        }`,
      });
    }
  }

  #judgeByHand(entries: readonly Entry[]): void {
    for (const one of this.#putIn(entries, [])) {
      this.#counts.byHand++;
      if (this.#byHand.length < MOST_BY_HAND_NAMED) {
        this.#byHand.push(formatCoordinates(this.#coordinatesOf(one)));
      }
    }
  }

  /** The replays that no service has forwarded. */
  #putIn(entries: readonly Entry[], named: readonly Named[]): Replayed[] {
    const replays = entries.filter((one) => one.is === "replayed");
    const raw = new Set(
      replays.filter((one) => one.in === "raw")
        .map(({ partition, offset }) => `${partition}/${offset}`),
    );
    const isOfRaw = named.some(({ to }) => to === "raw");
    return replays.filter((one) =>
      one.in === "raw" || one.source === undefined ||
      !(raw.has(one.source) || (one.isSourceOutside && isOfRaw))
    );
  }

  #coordinatesOf({ in: topic, partition, offset }: Replayed) {
    return { topic: this.#topics[topic], partition, offset };
  }
}

function coordinatesIn(text: string): RecordCoordinates | undefined {
  const [topic, partition, offset] = text.split("/");
  return topic === undefined
    ? undefined
    : { topic, partition: Number(partition), offset: Number(offset) };
}

function partitionBy<T>(
  items: readonly T[],
  belongs: (item: T) => boolean,
): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
