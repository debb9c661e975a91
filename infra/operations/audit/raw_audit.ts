import { topics as contracts } from "#contracts/topics.ts";
import type { OffsetRange } from "#kafka/port.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import type { AcceptedList } from "./accepted_list.ts";
import { type Findings, isNothing } from "./findings.ts";
import type { InputRecord } from "./input_record.ts";
import type { StageReport } from "./report.ts";
import type { UnreadableCoordinates } from "./unreadable_coordinates.ts";

/** The first sum: whether what the provider knows to be accepted is there, and the log without a gap. */
export class RawAudit {
  readonly #topic: string;
  readonly #accepted: AcceptedList | undefined;
  readonly #findings: Findings;
  readonly #unreadable: Pick<UnreadableCoordinates, "isIn">;
  #records = 0;
  #replays = 0;

  constructor(
    { topic, accepted, findings, unreadable }: {
      topic: string;
      accepted: AcceptedList | undefined;
      findings: Findings;
      unreadable: Pick<UnreadableCoordinates, "isIn">;
    },
  ) {
    this.#topic = topic;
    this.#accepted = accepted;
    this.#findings = findings;
    this.#unreadable = unreadable;
  }

  take(input: InputRecord): void {
    if (input.replayOf !== undefined) this.#replays++;
    else {
      this.#records++;
      if (this.#accepted === undefined || input.eventId === undefined) return;
      this.#accepted.addThere(input.eventId);
    }
  }

  addGap({ partition, from, to }: OffsetRange): void {
    const coordinates = { topic: this.#topic, partition, offset: from };
    this.#findings.add({
      kind: "missing",
      service: contracts.raw.writer,
      eventId: undefined,
      record: coordinates,
      what: to - from === 1
        ? "is gone from the log"
        : `is gone from the log, with all up to ${
          formatCoordinates({ ...coordinates, offset: to - 1 })
        }`,
    }, to - from);
  }

  /** To be called after the last record. */
  async result(): Promise<StageReport> {
    const accepted = this.#accepted;
    const isWhole = !this.#unreadable.isIn("raw");
    let missing = 0;
    for (const at of accepted?.missing() ?? []) {
      missing++;
      if (!isWhole) continue;
      this.#findings.add({
        kind: "missing",
        service: contracts.raw.writer,
        eventId: this.#findings.areNamed ? await accepted?.idAt(at) : undefined,
        what: `was accepted and is not in ${this.#topic}`,
      });
    }
    const found = this.#findings.of(contracts.raw.writer);
    return {
      service: contracts.raw.writer,
      left: accepted === undefined ? [] : [
        { name: "accepted", count: accepted.count },
        {
          name: "not known to be",
          count: this.#records + missing - accepted.count,
        },
      ],
      right: [{ name: "raw", count: this.#records }],
      replays: this.#replays,
      in_flight: 0,
      found,
      state: !isNothing(found)
        ? "out of balance"
        : accepted === undefined || !isWhole
        ? "not checked"
        : "balanced",
      remark: accepted === undefined
        ? "only the provider's own list can show whether all that was accepted is in raw: --accepted FILE"
        : isWhole
        ? null
        : `${missing} of what was accepted may lie where raw cannot be read`,
    };
  }
}
