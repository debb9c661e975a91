import { services } from "#contracts/services.ts";
import { parseValidated, type Rejection } from "#contracts/parse.ts";
import type { ValidatedEvent } from "#contracts/events/registry.ts";
import { isFor } from "#consumer/replay.ts";
import { TakenRecord } from "#consumer/taken_record.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type Fact, factOf } from "./history/fact.ts";

type Told =
  | {
    readonly kind: "fact";
    readonly event: ValidatedEvent;
    readonly fact: Fact;
    /** The event as it was written. */
    readonly text: string;
  }
  /** Of a type that is not known here: a newer validator let it pass. */
  | { readonly kind: "of a later type"; readonly text: string }
  | { readonly kind: "refused"; readonly rejection: Rejection }
  /** Meant for another service. */
  | { readonly kind: "not ours" };

/** A record of the validated topic on the timeline. It is read when it is asked for, once: until it is judged. */
export class ToldRecord {
  #record: ReceivedRecord | undefined;
  #told: Told | undefined;
  #fact: Fact | undefined;

  constructor(record: ReceivedRecord) {
    this.#record = new TakenRecord(record);
  }

  /** @throws {Error} of a fact that is judged */
  get told(): Told {
    if (this.#told !== undefined) return this.#told;
    if (this.#record === undefined) {
      throw new Error("A record is asked for again that is judged already");
    }
    this.#told = read(this.#record);
    return this.#told;
  }

  /** What is remembered of it: nothing of what is refused, meant for another service, or of a type that is not known. */
  get fact(): Fact | undefined {
    if (this.#fact !== undefined) return this.#fact;
    return this.told.kind === "fact" ? this.told.fact : undefined;
  }

  /** It is judged: of what it says, only what is remembered is needed until its second is over. */
  judged(): void {
    this.#fact = this.fact;
    if (this.#fact === undefined) return;
    this.#told = undefined;
    // Its bytes are a part of all that was fetched together, which would be kept with them.
    this.#record = undefined;
  }
}

function read(record: ReceivedRecord): Told {
  if (!isFor(services.enrichment, record)) return { kind: "not ours" };
  const parsed = parseValidated(record.value);
  if (!parsed.ok) return { kind: "refused", rejection: parsed.rejection };
  const { value: event } = parsed;
  const rejection = placeTaken(event);
  if (rejection !== undefined) return { kind: "refused", rejection };
  const version = mappingVersionIn(record.headers);
  const fact = factOf(event, {
    notAfterMs: record.timestampMs,
    ...version !== undefined && { version },
  });
  return fact === undefined
    ? { kind: "of a later type", text: parsed.text }
    : { kind: "fact", event, fact, text: parsed.text };
}

/** Why there is no place for what enrichment says: the sender has put something there. */
function placeTaken(event: ValidatedEvent): Rejection | undefined {
  const isTaken = Object.hasOwn(event, "enrichment") ||
    Object.hasOwn(event.payload, "risk_score");
  if (!isTaken) return undefined;
  const paths = [
    ...Object.hasOwn(event, "enrichment") ? ["enrichment"] : [],
    ...Object.hasOwn(event.payload, "risk_score") ? ["payload.risk_score"] : [],
  ];
  const message = "is written by enrichment alone";
  return {
    code: "contract_violation",
    message: `The event cannot be enriched: ${
      paths.map((path) => `${path} ${message}`).join("; ")
    }.`,
    issues: paths.map((path) => ({ path, message })),
  };
}
