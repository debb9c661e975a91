import { DeniedError, TransientError } from "#runtime/errors.ts";
import { FencedError, NotOwnerError } from "../port.ts";
import { denialIn } from "./administration/denials.ts";

const FENCED = new Set([
  "INVALID_PRODUCER_EPOCH",
  "PRODUCER_FENCED",
  "INVALID_PRODUCER_ID_MAPPING",
]);

/** REBALANCE_IN_PROGRESS: the next join is certain, and with it another membership. */
const NOT_OWNER = new Set([
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "FENCED_INSTANCE_ID",
  "REBALANCE_IN_PROGRESS",
]);

/** Says what kafkajs threw in the terms of the port. */
export function translate(action: string, error: unknown): Error {
  const type = protocolType(error);
  if (type !== undefined && FENCED.has(type)) {
    return new FencedError(`${action}: ${type}`, { cause: error });
  }
  if (type !== undefined && NOT_OWNER.has(type)) {
    return new NotOwnerError(`${action}: ${type}`, { cause: error });
  }
  const denial = denialIn(error);
  if (denial !== undefined) {
    return new DeniedError(`${action}: ${denial}`, { cause: error });
  }
  return new TransientError(action, { cause: error });
}

/** The protocol's name of an error, also of one that kafkajs has wrapped. */
export function protocolType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("type" in error && typeof error.type === "string") return error.type;
  return protocolType(error.cause);
}

/** Errors of a broker's absence or of a change of coordinator, which kafkajs takes for final. */
const PASSING = new Set([
  "KafkaJSNumberOfRetriesExceeded",
  "KafkaJSGroupCoordinatorNotFound",
  "KafkaJSNoBrokerAvailableError",
  "KafkaJSSASLAuthenticationError",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
]);

/** Whether what ended a consumer, or kept it from starting, can be gone when it is started anew. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof TransientError || denialIn(error) !== undefined ||
    PASSING.has(error.name) ||
    PASSING.has(protocolType(error) ?? "") ||
    Reflect.get(error, "retriable") === true || isPassing(error.cause);
}
