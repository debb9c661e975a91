import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { RecordHeader } from "#kafka/port.ts";
import type { Asked, NewEvent, Stored } from "./event_store.ts";

/** What a provider sent at once, by the provider's id. Its signature covers the id, and not the body. */
export type Transmission = {
  readonly id: string;
  /** Of the body, in hex. */
  readonly sha256: string;
};

const WRITTEN = /^(.+) ([0-9a-f]{64})$/;

/**
 * The transmission that a record came in. What an operator edited came in none: its body is not the one that the provider sent,
 * and nobody takes it for that.
 */
export function transmissionIn(
  all: readonly RecordHeader[],
): Transmission | undefined {
  if (headerText(all, headers.edited) !== undefined) return undefined;
  const [, id, sha256] =
    WRITTEN.exec(headerText(all, headers.transmission) ?? "") ?? [];
  return id === undefined || sha256 === undefined ? undefined : { id, sha256 };
}

type First = {
  position: number;
  topic: string;
  partition: number;
  offset: string;
};

/**
 * Which events came in a transmission whose id had come with another body from the same source. The body that came first is kept
 * with its id, and stays the first. Nobody is asked if none came in a transmission.
 *
 * @param events of one partition, in order
 * @returns by index, those alone
 */
export async function reusedTransmissions(
  sql: Asked,
  events: readonly NewEvent[],
): Promise<ReadonlyMap<number, Stored>> {
  const given = events.flatMap(({ json, offset, transmission }, position) =>
    transmission === undefined
      ? []
      : [{ position, json, place: offset, ...transmission }]
  );
  if (given.length === 0) return new Map();
  const { topic = "", partition = 0 } = events[0] ?? {};
  const sent = () =>
    sql`
      select position, json::jsonb->>'source' as source, id, sha256, place
      from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb)
        as given (position integer, json text, id text, sha256 text, place bigint)`;
  // In the order of its key, so that two writers never wait for each other's rows in a circle.
  await sql`
    insert into provider_transmissions (
      source, transmission_id, sha256, first_topic, first_partition, first_offset
    )
    select distinct on (source, id) source, id, sha256, ${topic}, ${partition}::integer, place
    from (${sent()}) as sent
    order by source, id, position
    on conflict (source, transmission_id) do nothing`;
  // A statement of its own, which sees what a concurrent writer has made the first one skip.
  const reused = await sql<First[]>`
    select position, first_topic as topic, first_partition as partition, first_offset as offset
    from (${sent()}) as sent
    join provider_transmissions as first on first.source = sent.source and first.transmission_id = sent.id
    where first.sha256 <> sent.sha256`;
  return new Map(
    reused.map(({ position, offset, ...place }) => [position, {
      kind: "reused_transmission",
      first: { ...place, offset: Number(offset) },
    }]),
  );
}
