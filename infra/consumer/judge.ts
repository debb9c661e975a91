import { Buffer } from "node:buffer";
import { z } from "zod";
import { describeError, exitCodes, fateOf } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { type Handler, type Outcome, rejectionsOf } from "./handler.ts";
import { isolate } from "./isolate.ts";

const Base64 = z.base64().transform((text) => Buffer.from(text, "base64"));

/** A record as a line of JSON, its bytes in base64. */
export const JudgedRecord = z.strictObject({
  topic: z.string(),
  partition: z.int().min(0),
  offset: z.int().min(0),
  key_base64: Base64.nullable(),
  value_base64: Base64.nullable(),
  headers: z.array(z.strictObject({ name: z.string(), value_base64: Base64 })),
});

/** What would become of it, as a line of JSON. */
export type Judgement =
  & Pick<ReceivedRecord, "topic" | "partition" | "offset">
  & (
    | { readonly outcome: "done"; readonly as?: string }
    | { readonly outcome: "forward"; readonly topics: readonly string[] }
    | {
      readonly outcome: "dead-letter";
      readonly code: string;
      readonly message: string;
      readonly issues: readonly { path: string; message: string }[];
    }
  );

const BATCH = 1_000;

/**
 * Says of records what a handler would make of them, in their order, in batches as a worker has them. What is an outage to
 * a worker is one here too, but for bugs that hit every record: of those it is asked.
 *
 * @param handle one that leaves nothing behind
 * @param lines each a `JudgedRecord`
 * @throws {StartError} if a line is none, or what the handler depends on is away
 */
export async function* judge(
  handle: Handler,
  lines: AsyncIterable<string>,
): AsyncGenerator<readonly Judgement[]> {
  let batch: ReceivedRecord[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === "") continue;
    const record = recordIn(line, number);
    if (batch.length >= BATCH || !isBehind(batch.at(-1), record)) {
      yield await judgeBatch(handle, batch);
      batch = [];
    }
    batch.push(record);
  }
  yield await judgeBatch(handle, batch);
}

/** Handlers are given records of one partition, in order. */
function isBehind(
  last: ReceivedRecord | undefined,
  { topic, partition, offset }: ReceivedRecord,
): boolean {
  return last === undefined ||
    last.topic === topic && last.partition === partition &&
      last.offset < offset;
}

async function judgeBatch(
  handle: Handler,
  records: readonly ReceivedRecord[],
): Promise<Judgement[]> {
  if (records.length === 0) return [];
  let outcomes: readonly Outcome[];
  try {
    outcomes = await isolate(handle, records);
  } catch (cause) {
    if (fateOf(cause) !== "retry") throw cause;
    throw new StartError(
      `Nothing more can be judged: ${describeError(cause)}.`,
      {
        cause,
      },
    );
  }
  return records.flatMap((record, n) => {
    const outcome = outcomes[n];
    return outcome === undefined ? [] : [judgementOf(record, outcome)];
  });
}

function recordIn(line: string, number: number): ReceivedRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw unreadable(number, "it is not JSON");
  }
  const read = JudgedRecord.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw unreadable(number, `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { key_base64: key, value_base64, headers, ...coordinates } = read.data;
  return {
    ...coordinates,
    timestampMs: 0,
    key,
    value: value_base64,
    headers: headers.map(({ name, value_base64 }) => ({
      name,
      value: value_base64,
    })),
  };
}

function unreadable(number: number, why: string): StartError {
  return new StartError(
    `Line ${number} is no record to be judged: ${why}.`,
    { exitCode: exitCodes.config },
  );
}

/** Of several things in a record: that the first fails which does, else that all pass. */
function judgementOf(record: ReceivedRecord, outcome: Outcome): Judgement {
  const { topic, partition, offset } = record;
  const coordinates = { topic, partition, offset };
  switch (outcome.kind) {
    case "done":
      return {
        ...coordinates,
        outcome: "done",
        ...outcome.as !== undefined && { as: outcome.as },
      };
    case "forward":
      return {
        ...coordinates,
        outcome: "forward",
        topics: outcome.records.map((record) => record.topic),
      };
    case "several": {
      const [rejection] = rejectionsOf(outcome);
      if (rejection !== undefined) {
        return judgementOf(record, { kind: "dead-letter", rejection });
      }
      const records = outcome.made.flatMap(({ outcome: one }) =>
        one.kind === "forward" ? one.records : []
      );
      return judgementOf(record, { kind: "forward", records });
    }
    case "dead-letter": {
      const { code, message, issues } = outcome.rejection;
      return {
        ...coordinates,
        outcome: "dead-letter",
        code,
        message,
        issues: [...issues],
      };
    }
  }
}
