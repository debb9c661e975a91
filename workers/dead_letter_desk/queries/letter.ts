import { DeadLetter, type Issue } from "#contracts/dead_letter.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import {
  nameOf,
  type Original,
  originalOf,
  recordsAt,
} from "../jobs/originals.ts";
import type { DeskReads } from "../reads.ts";
import { DeskRefusal } from "../refusal.ts";
import { lettersOf, type LetterSummary } from "./letters.ts";
import { masked } from "./mask.ts";
import { unsignedIn } from "./unsigned.ts";

export type Shown = {
  readonly text: string;
  readonly is_masked: boolean;
  readonly bytes: number;
};

/** One dead letter, with what it is of. */
export type LetterView = LetterSummary & {
  readonly error_message: string;
  readonly issues: readonly Issue[];
  /** Null if the record is not kept any more. */
  readonly key: string | null;
  readonly headers: readonly {
    readonly name: string;
    readonly value: string;
  }[];
  readonly body: Shown | null;
  readonly trace_id: string | null;
  /** When the intake took it. */
  readonly received_at: string | null;
  /** Whether its body was edited before it was sent again. */
  readonly edited_by_job: string | null;
  /** Of a fact: paths in its payload of what the provider's signature does not cover. */
  readonly unsigned: readonly string[];
};

/**
 * A dead letter by its place in the topic.
 *
 * @param letter partition/offset
 * @param options whether its body is shown as it is; that it is has been written down then
 * @throws {DeskRefusal} if there is none
 */
export async function letterView(
  { database, kafka, topics }: DeskReads,
  letter: string,
  { unmask }: { readonly unmask: boolean },
): Promise<LetterView> {
  const { letters: [summary] } = await lettersOf(database, { letter });
  if (summary === undefined) {
    throw new DeskRefusal(404, `There is no dead letter ${letter}.`);
  }
  const record = await recordAt(kafka, topics.deadLetters, letter);
  const json = parseJsonObject(record?.value ?? null);
  const read = json.ok ? DeadLetter.safeParse(json.value) : undefined;
  const original = record && await originalOf(kafka, record);
  const text = (name: string) => headerText(original?.headers ?? [], name);
  const receivedAt = Number(text(headers.receivedAt));
  return {
    ...summary,
    error_message: read?.data?.error_message ?? summary.message,
    issues: read?.data?.issues ?? [],
    key: original?.key?.toString("utf8") ?? null,
    headers: shownHeaders(original),
    body: shownBody(original?.value, { unmask }),
    trace_id:
      /^[\da-f]{2}-([\da-f]{32})-/.exec(text(headers.traceparent) ?? "")?.[1] ??
        null,
    received_at: receivedAt > 0 ? new Date(receivedAt).toISOString() : null,
    edited_by_job: text(headers.edited) ?? null,
    unsigned: unsignedIn(original?.value ?? null),
  };
}

export async function recordAt(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  name: string,
): Promise<ReceivedRecord | undefined> {
  const [partition = "", offset = ""] = name.split("/");
  const position = { partition: Number(partition), offset: Number(offset) };
  return (await recordsAt(kafka, topic, [position])).get(nameOf(position));
}

export function shownBody(
  value: Uint8Array | null | undefined,
  { unmask }: { readonly unmask: boolean },
): Shown | null {
  if (value === null || value === undefined) return null;
  const text = new TextDecoder().decode(value);
  return {
    text: unmask ? text : masked(text),
    is_masked: !unmask,
    bytes: value.length,
  };
}

/** Of what strangers may have sent along, names alone are sure to be harmless; ours are shown. */
function shownHeaders(original: Original | undefined) {
  const ours: ReadonlySet<string> = new Set(Object.values(headers));
  return (original?.headers ?? []).map(({ name, value }) => ({
    name,
    value: ours.has(name) ? value.toString("utf8") : `(${value.length} bytes)`,
  }));
}
