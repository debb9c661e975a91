import type { Buffer } from "node:buffer";
import { textWithoutEnrichment } from "#contracts/enriched_text.ts";
import { headers } from "#contracts/headers.ts";
import { type JsonObject, parseJsonObject } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
} from "#kafka/record_coordinates.ts";
import { headerText } from "#kafka/headers.ts";
import { digestOf } from "./digest.ts";
import type { Output } from "./output.ts";

/** A record that stages read, with what is asked of it more than once. */
export class InputRecord {
  readonly record: ReceivedRecord;
  #parsed: ReturnType<typeof parseJsonObject> | undefined;
  #digest: Buffer | undefined;

  constructor(record: ReceivedRecord) {
    this.record = record;
  }

  /** The value as a JSON object; undefined if it is none. */
  get object(): JsonObject | undefined {
    return this.#json.ok ? this.#json.value : undefined;
  }

  /** Undefined if the value is no JSON object with such a text. */
  get eventId(): string | undefined {
    const eventId = this.object?.event_id;
    return typeof eventId === "string" ? eventId : undefined;
  }

  /** The text of the JSON object; undefined if it is none. */
  get text(): string | undefined {
    return this.#json.ok ? this.#json.text : undefined;
  }

  get digest(): Buffer {
    return this.#digest ??= digestOf(this.record.value);
  }

  /** Of an enriched event: of what it was made from. Of anything else its own. */
  get plainDigest(): Buffer {
    const plain = this.text === undefined
      ? undefined
      : textWithoutEnrichment(this.text);
    return plain === undefined ? this.digest : digestOf(plain);
  }

  /** The coordinates of what it says it replays; undefined if no replay has put it in. */
  get replayOf(): string | undefined {
    const coordinates = coordinatesInHeader(
      this.record.headers,
      headers.replayOf,
    );
    return coordinates && formatCoordinates(coordinates);
  }

  /** The service that a replay meant it for; undefined if it is for all. */
  get replayFor(): string | undefined {
    return headerText(this.record.headers, headers.replayFor);
  }

  /**
   * Whether an output that names this record as its source was made of it. What is made of a record
   * carries the record's own word on what it replays. A replay of an output names that output instead, though it may
   * still carry the old source.
   */
  isSourceOf({ kind, replay }: Output): boolean {
    if (kind !== "record" || replay === undefined) return true;
    return this.replayOf !== undefined &&
      replay.equals(digestOf(this.replayOf));
  }

  get #json() {
    return this.#parsed ??= parseJsonObject(this.record.value);
  }
}
