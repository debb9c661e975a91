import { DeadLetter } from "#contracts/dead_letter.ts";
import type { Pipeline } from "./pipeline.ts";

/** How many rows there are. */
export async function rowsStored(
  { sql }: Pick<Pipeline, "sql">,
): Promise<number> {
  const [row] = await sql<{ count: string }[]>`select count(*) from events`;
  return Number(row?.count);
}

/** Every dead letter there is, in order. */
export async function deadLetters(
  { cluster, topics }: Pick<Pipeline, "cluster" | "topics">,
): Promise<DeadLetter[]> {
  const records = await cluster.readAll(topics.deadLetters);
  return records.map(({ value }) =>
    DeadLetter.parse(JSON.parse(String(value)))
  );
}

/** @returns an empty text if it has none */
export function eventIdOf(event: unknown): string {
  return typeof event === "object" && event !== null && "event_id" in event
    ? String(event.event_id)
    : "";
}
