import { services } from "#contracts/services.ts";
import { parseEvent, type Rejection } from "#contracts/parse.ts";
import type { PaymentEvent } from "#contracts/events/registry.ts";
import { isFor } from "#consumer/replay.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type Fact, factOf } from "./history/fact.ts";

/** A record of the validated topic, as the timeline has it. */
export type ToldRecord = {
  readonly fact: Fact | undefined;
  /** Undefined of a record that is none of ours, or is refused. */
  readonly event?: PaymentEvent;
  readonly rejection?: Rejection;
};

const notOurs: ToldRecord = { fact: undefined };

/** Reads a record. What is refused, or meant for another service, is remembered by nobody. */
export function toldRecord(record: ReceivedRecord): ToldRecord {
  if (!isFor(services.enrichment, record)) return notOurs;
  const parsed = parseEvent(record.value);
  if (!parsed.ok) return { fact: undefined, rejection: parsed.rejection };
  const { value: event } = parsed;
  const taken = takenPlace(event);
  if (taken !== undefined) return { fact: undefined, rejection: taken };
  const version = mappingVersionIn(record.headers);
  const fact = factOf(event, {
    notAfterMs: record.timestampMs,
    ...version !== undefined && { version },
  });
  return { fact, event };
}

/** Why there is no place for what enrichment says: the sender has put something there. */
function takenPlace(event: PaymentEvent): Rejection | undefined {
  const paths = [
    ...Object.hasOwn(event, "enrichment") ? ["enrichment"] : [],
    ...Object.hasOwn(event.payload, "risk_score") ? ["payload.risk_score"] : [],
  ];
  if (paths.length === 0) return undefined;
  return {
    code: "contract_violation",
    message: `The event has ${
      paths.join(" and ")
    } already, which enrichment alone writes.`,
    issues: paths.map((path) => ({
      path,
      message: "is written by enrichment alone",
    })),
  };
}
