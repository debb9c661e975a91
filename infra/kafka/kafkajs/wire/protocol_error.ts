/// <reference path="../patches/protocol.d.ts" />
import protocolErrors from "kafkajs/src/protocol/error.js";

/** Errors of Kafka's protocol that kafkajs 2.2.4 has no names for, by code. None of them passes if the same is asked again. */
const newer: ReadonlyMap<number, string> = new Map([
  [90, "PRODUCER_FENCED"],
  [120, "TRANSACTION_ABORTABLE"],
]);

/** An answer that says no by a code that kafkajs does not know. */
class NewerProtocolError extends Error {
  readonly retriable = false;
  readonly type: string;
  readonly code: number;

  constructor(type: string, code: number) {
    super(`Kafka answers ${type}`);
    this.type = type;
    this.code = code;
  }
}

/** What an error code of the protocol stands for: as kafkajs makes it, with `type` and `retriable`. */
export function protocolError(code: number): Error {
  const type = newer.get(code);
  return type === undefined
    ? protocolErrors.createErrorFromCode(code)
    : new NewerProtocolError(type, code);
}

/** @throws what an error code stands for; nothing if it is 0 */
export function throwIfError(code: number): void {
  if (code !== 0) throw protocolError(code);
}
