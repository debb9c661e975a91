import { Buffer } from "node:buffer";
import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import type { OutgoingRecord, ReceivedRecord, RecordHeader } from "../port.ts";

export function toMessage(record: OutgoingRecord): Message {
  const { key, value, headers } = record;
  return { key, value, headers: toKafkaHeaders(headers) };
}

export function fromMessage(
  topic: string,
  partition: number,
  message: KafkaMessage,
): ReceivedRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: fromKafkaHeaders(message.headers),
  };
}

function toKafkaHeaders(headers: readonly RecordHeader[]): IHeaders {
  // Without a prototype, or a header called "constructor" would meet one.
  const result: Record<string, Buffer[]> = Object.create(null);
  for (const { name, value } of headers) (result[name] ??= []).push(value);
  return result;
}

/** As `header_tables.ts` has them: a header without a value is legal on the wire, and null here. */
function fromKafkaHeaders(headers: IHeaders | undefined): RecordHeader[] {
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((
      value: Buffer | string | null | undefined,
    ) => ({
      name,
      value: Buffer.isBuffer(value) ? value : Buffer.from(value ?? ""),
    }))
  );
}
