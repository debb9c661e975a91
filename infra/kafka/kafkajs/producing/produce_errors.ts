import { protocolType } from "../errors.ts";
import type { PartitionBatch } from "./produce_version.ts";

/** Of a batch that is larger than its topic's limit, or than a segment of its log. */
const TOO_LARGE = new Set(["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"]);

/** The leader has appended the batch, and cannot say whether the other replicas have. */
const APPENDED = new Set([
  "REQUEST_TIMED_OUT",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
]);

/** What no broker would answer, as it is larger than a request may be. */
export class RequestTooLargeError extends Error {
  readonly type = "MESSAGE_TOO_LARGE";

  constructor({ topic, bytes }: PartitionBatch) {
    super(
      `A batch of ${bytes.length} bytes for ${topic} is larger than a request`,
    );
  }
}

/** Whether a batch is refused for its size, before anything else of it was looked at. */
export function isTooLarge(error: Error): boolean {
  return TOO_LARGE.has(protocolType(error) ?? "");
}

/** A leader that moved, a connection that broke: to send the same batch again does no harm and may help. */
export function mayPass(error: Error): boolean {
  return Reflect.get(error, "retriable") !== false;
}

/** If no answer came, or a leader says no more than that it has the batch itself. */
export function mayHaveWritten(error: Error): boolean {
  const type = protocolType(error);
  return type === undefined || APPENDED.has(type);
}
