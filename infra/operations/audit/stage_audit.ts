import type { TopicId } from "#contracts/topics.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import { digestOf } from "./digest.ts";
import { type Findings, type Found, isNothing } from "./findings.ts";
import type { InputRecord } from "./input_record.ts";
import { differenceOf } from "./mapped_row.ts";
import {
  differencesIn,
  type Expectation,
  expectationOf,
} from "./mapped_webhook.ts";
import type { Output } from "./output.ts";
import {
  coordinatesOf,
  type OutputCoordinates,
  textOf,
} from "./output_coordinates.ts";
import type { StageReport, Term } from "./report.ts";
import { type Compared, RowComparison } from "./row_comparison.ts";
import type { DroppedRow, Rows, StoredRow } from "./rows.ts";
import type { SortedOutputs } from "./sorted_outputs.ts";
import type { Stage } from "./stages.ts";
import type { UnreadableCoordinates } from "./unreadable_coordinates.ts";

/**
 * The sum of one stage: whether each record it has finished came to exactly one thing that says the
 * same. Takes the outputs first, in any order, then the records, in the order of their offsets.
 */
export class StageAudit {
  readonly stage: Stage;
  readonly #topics: Readonly<Record<TopicId, string>>;
  readonly #outputs: SortedOutputs;
  readonly #findings: Findings;
  readonly #unreadable: Pick<UnreadableCoordinates, "isIn" | "has">;
  readonly #comparison: RowComparison;
  readonly #eventIdOf: (output: Output) => Promise<string | undefined>;
  readonly #counts = {
    records: 0,
    replays: 0,
    inFlight: 0,
    forwarded: 0,
    deadLetters: 0,
    rows: 0,
    duplicates: 0,
    superseded: 0,
    outdated: 0,
    ofDroppedDays: 0,
    passedOver: 0,
    /** Things in records beyond the first of each. */
    further: 0,
    unmapped: 0,
    noPayment: 0,
    ofOtherVersions: 0,
    unseen: 0,
  };
  /** The first and the last of them, as `2026-01-31`. */
  #droppedDays: readonly [string, string] | undefined;

  constructor(
    { stage, topics, outputs, findings, unreadable, rows, eventIdOf }: {
      stage: Stage;
      topics: Readonly<Record<TopicId, string>>;
      outputs: SortedOutputs;
      findings: Findings;
      unreadable: Pick<UnreadableCoordinates, "isIn" | "has">;
      rows: Pick<Rows, "compare">;
      /** Finds out which event an output is, to name it in a finding. */
      eventIdOf: (output: Output) => Promise<string | undefined>;
    },
  ) {
    this.stage = stage;
    this.#topics = topics;
    this.#outputs = outputs;
    this.#findings = findings;
    this.#unreadable = unreadable;
    this.#eventIdOf = eventIdOf;
    this.#comparison = new RowComparison(
      rows,
      (compared, stored) => this.#judgeRow(compared, stored),
    );
  }

  add(output: Output): void {
    this.#outputs.add(output);
  }

  addInFlight(): void {
    this.#counts.inFlight++;
  }

  /** An output that came of nothing that is there. */
  addUnexplained(
    eventId: string | undefined,
    coordinates: OutputCoordinates,
    what: string,
  ): void {
    this.#find({
      kind: "unexplained",
      eventId,
      outputs: [coordinates],
      what: `${textOf(coordinates)}, ${what}`,
    });
  }

  /** Judges a record that the stage has finished. */
  async judge(input: InputRecord): Promise<void> {
    const { partition, offset } = input.record;
    const { own, passed } = this.#outputs.takeOf(partition, offset);
    for (const output of passed) await this.#explainNot(output);
    const of = (kind: Output["kind"]) =>
      own.filter((one) => one.kind === kind && input.isSourceOf(one));
    const [records, letters] = [of("record"), of("dead letter")];
    const pointers = of("unmapped");
    const expected = this.#maps ? expectationOf(input.record) : undefined;
    const [allRows, strangers] = partitionBy(
      [...of("row"), ...of("superseded row")],
      ({ digest }) => digest?.equals(digestOf(input.eventId ?? null)) ?? false,
    );
    const [rows, superseded] = partitionBy(
      allRows,
      ({ kind }) => kind === "row",
    );
    const counts = this.#counts;
    counts.records++;
    counts.replays += input.replayOf === undefined ? 0 : 1;
    counts.forwarded += records.length;
    counts.deadLetters += letters.length;
    counts.unmapped += pointers.length;
    counts.rows += rows.length;
    counts.superseded += superseded.length;

    for (const row of strangers) {
      const id = JSON.stringify(await this.#eventIdOf(row) ?? "another event");
      this.#conflict(
        input,
        "a row",
        `is named as its source by a row of ${id}`,
      );
    }
    const sameBody = this.#sameBody && expected === undefined ? records : [];
    for (const output of [...letters, ...sameBody]) {
      if (output.digest?.equals(input.digest) ?? true) continue;
      const coordinates = this.#coordinatesOf(output);
      const where = this.#describe(output);
      this.#conflict(input, coordinates, `has another body in ${where}`);
    }
    const outputs = [...records, ...pointers, ...letters, ...allRows];
    if (expected !== undefined) this.#judgeMapped(input, expected, outputs);
    else if (outputs.length > 1) this.#double(input, outputs);
    if (!this.#isFor(input)) {
      counts.passedOver++;
      for (const one of outputs) {
        this.#conflict(
          input,
          this.#coordinatesOf(one),
          `was replayed for ${input.replayFor}, and became ${
            this.#describe(one)
          }`,
        );
      }
      return;
    }
    const { output } = this.stage;
    const isBare = outputs.length === 0 && expected === undefined;
    if (output.kind === "record" && isBare) {
      this.#miss(
        input,
        `was not made into a record of ${this.#topics[output.topic]}`,
      );
    }
    if (output.kind === "row" && (isBare || rows.length > 0)) {
      await this.#comparison.add({ input, isSource: rows.length > 0 });
    }
  }

  /** Judges what was made of a provider's webhook. */
  #judgeMapped(
    input: InputRecord,
    expected: Expectation,
    outputs: readonly Output[],
  ): void {
    if (!this.#isFor(input)) return;
    const counts = this.#counts;
    const { missing, doubled, conflicting, ofOtherVersions } = differencesIn(
      expected,
      outputs,
    );
    counts.further += Math.max(0, outputs.length - 1);
    if (outputs.length === 0 && missing.length === 0) counts.noPayment++;
    counts.ofOtherVersions += ofOtherVersions;
    for (const what of missing) this.#miss(input, what);
    for (const same of doubled) this.#double(input, same);
    for (const { output, what } of conflicting) {
      this.#conflict(
        input,
        this.#coordinatesOf(output),
        `${what} ${this.#describe(output)}`,
      );
    }
  }

  #double(input: InputRecord, outputs: readonly Output[]): void {
    const all = outputs.map((one) => this.#describe(one)).join(" and ");
    this.#find({
      kind: "doubled",
      ...aboutInput(input),
      outputs: outputs.map((one) => this.#coordinatesOf(one)),
      what: `became ${all}`,
    });
  }

  /** To be called after the last record. */
  async end(): Promise<void> {
    for (const output of this.#outputs.takeRest()) {
      await this.#explainNot(output);
    }
    this.#outputs.close();
    await this.#comparison.flush();
  }

  /** @param remark what else is to be known */
  result(remark: string | null): StageReport {
    const { records, replays, inFlight, ...counts } = this.#counts;
    const { service, input, output } = this.stage;
    const term = (name: string, count: number): Term => ({ name, count });
    const some = (name: string, count: number) =>
      count === 0 ? [] : [term(name, count)];
    const made = output.kind === "record"
      ? [term(output.topic, counts.forwarded)]
      : output.kind === "row"
      ? [
        term("rows", counts.rows),
        term("duplicates", counts.duplicates),
        ...some("superseded", counts.superseded),
        ...some("outdated", counts.outdated),
        ...some("of dropped days", counts.ofDroppedDays),
      ]
      : undefined;
    const found = this.#findings.of(service);
    const deadLetters = term("dead letters", counts.deadLetters);
    const passedOver = some("passed over", counts.passedOver);
    const isWell = made === undefined || !this.#isReadWhole
      ? "not checked"
      : "balanced";
    return {
      service,
      left: [
        term(input, records),
        ...some("further things in them", counts.further),
      ],
      // What is written nowhere cannot be held against what came in.
      right: made === undefined ? [] : [
        ...made,
        ...some("unmapped", counts.unmapped),
        ...some("no payment", counts.noPayment),
        deadLetters,
        ...passedOver,
      ],
      replays,
      in_flight: inFlight,
      found,
      state: isNothing(found) ? isWell : "out of balance",
      remark: this.#unseen ?? this.#otherVersions ?? this.#besides(remark) ??
        (made === undefined && isNothing(found)
          ? writesNothing(deadLetters.count)
          : null),
    };
  }

  /** Whether its stage has to do with a record, which a replay may have meant for another. */
  #isFor({ replayFor }: InputRecord): boolean {
    return replayFor === undefined || replayFor === this.stage.service;
  }

  #judgeRow(
    { input, isSource }: Compared,
    stored?: StoredRow | DroppedRow,
  ): void {
    if (stored === undefined) {
      if (!isSource) return this.#miss(input, "has no row");
      const what = "names no row, though one names it as its source";
      return this.#conflict(input, "a row", what);
    }
    if ("droppedDay" in stored) {
      // Else its row was read, and was dropped since.
      if (!isSource) this.#judgeDropped(input, stored);
      return;
    }
    const { output } = this.stage;
    const difference = differenceOf(input, {
      isSource,
      stored,
      mayDiffer: output.kind === "row" && output.mayDiffer,
    });
    if (difference === "outdated") {
      this.#counts.outdated++;
      return;
    }
    if (difference.length === 0) {
      if (!isSource) this.#counts.duplicates++;
      return;
    }
    const differing = difference.join(", ");
    const row = isSource
      ? "its row"
      : `the row of its event_id, which ${
        stored.source === undefined
          ? "was adopted"
          : `is from ${formatCoordinates(stored.source)}`
      },`;
    this.#conflict(input, "a row", `differs from ${row} in ${differing}`);
  }

  /** Which record made the row the key does not say, so all that tell the event are counted together. */
  #judgeDropped(input: InputRecord, dropped: DroppedRow): void {
    const { droppedDay: day, mappingVersion, isSame } = dropped;
    const version = mappingVersionIn(input.record.headers);
    const areMapped = version !== undefined && mappingVersion !== undefined;
    // Since its day was dropped a fact of a higher version is told too late.
    if (areMapped && version !== mappingVersion) {
      this.#counts.outdated++;
      return;
    }
    if (isSame === false && version === mappingVersion) {
      const what =
        `differs from what is kept of its event, whose row of ${day} was dropped,`;
      return this.#conflict(input, "a row", `${what} in its digest`);
    }
    this.#counts.ofDroppedDays++;
    const [first, last] = this.#droppedDays ?? [day, day];
    this.#droppedDays = [day < first ? day : first, day > last ? day : last];
  }

  async #explainNot(output: Output): Promise<void> {
    if (output.replay !== undefined) return;
    if (this.#unreadable.has(this.stage.input, output.source)) return;
    const topic = this.#topics[this.stage.input];
    const source = formatCoordinates({ topic, ...output.source });
    this.addUnexplained(
      await this.#eventIdOf(output),
      this.#coordinatesOf(output),
      `names ${source} as its source, where there is no record`,
    );
  }

  #miss(input: InputRecord, what: string): void {
    if (!this.#areOutputsReadWhole) {
      this.#counts.unseen++;
      return;
    }
    this.#find({
      kind: "missing",
      ...aboutInput(input),
      what: `${what} and has no dead letter of ${this.stage.service}`,
    });
  }

  #conflict(input: InputRecord, output: OutputCoordinates, what: string): void {
    this.#find({
      kind: "conflicting",
      ...aboutInput(input),
      outputs: [output],
      what,
    });
  }

  #find(found: Omit<Found, "service">): void {
    this.#findings.add({ service: this.stage.service, ...found });
  }

  get #areOutputsReadWhole(): boolean {
    const { output } = this.stage;
    return !this.#unreadable.isIn("deadLetters") &&
      !(output.kind === "record" && this.#unreadable.isIn(output.topic));
  }

  get #unseen(): string | undefined {
    const { unseen } = this.#counts;
    return unseen === 0
      ? undefined
      : `what came of ${unseen} records may lie where a topic cannot be read`;
  }

  get #otherVersions(): string | undefined {
    const { ofOtherVersions } = this.#counts;
    return ofOtherVersions === 0
      ? undefined
      : `${ofOtherVersions} were made by other versions of a mapping than this one's, so that their texts are not compared`;
  }

  /** What is to be known beside a remark. */
  #besides(remark: string | null): string | null {
    if (this.#droppedDays === undefined) return remark;
    const [first, last] = this.#droppedDays;
    const days = first === last ? `on ${first}` : `from ${first} to ${last}`;
    const dropped =
      `${this.#counts.ofDroppedDays} are of events whose rows were stored ${days} and dropped with their days, and were compared with 64 bits of a hash of each`;
    return remark === null ? dropped : `${remark}; ${dropped}`;
  }

  get #maps(): boolean {
    const { output } = this.stage;
    return output.kind === "record" && output.maps;
  }

  get #isReadWhole(): boolean {
    return this.#areOutputsReadWhole &&
      !this.#unreadable.isIn(this.stage.input);
  }

  get #sameBody(): boolean {
    const { output } = this.stage;
    return output.kind === "record" && output.sameBody;
  }

  #describe(output: Output): string {
    const coordinates = textOf(this.#coordinatesOf(output));
    return output.kind === "dead letter"
      ? `dead letter ${coordinates}`
      : coordinates;
  }

  #coordinatesOf(output: Output): OutputCoordinates {
    return coordinatesOf(output, this.stage, this.#topics);
  }
}

function writesNothing(deadLetters: number): string {
  return `it writes nothing but dead letters, here ${deadLetters}, of which none is doubled or unexplained; whether it has counted each record is not checked`;
}

function aboutInput({ record, eventId }: InputRecord) {
  const { topic, partition, offset } = record;
  return { eventId, record: { topic, partition, offset } };
}

function partitionBy<T>(
  items: readonly T[],
  belongs: (item: T) => boolean,
): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
