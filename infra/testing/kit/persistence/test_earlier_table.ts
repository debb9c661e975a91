/**
 * For tests of adopting: the earlier service's table as its Hibernate made it (Spring Boot 3.2.5, Hibernate 6.4.4,
 * its dialect of PostgreSQL), filled by a login of its own, whose large objects are its own too.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import postgres from "postgres";
import { connectionTo } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "./persistence_database.ts";

/** As the server has it after that service's first start. Until Hibernate 6 a text was no `oid` (HHH-14211). */
export const HIBERNATE_TABLE = `
  create table events (
    event_timestamp timestamp(6) with time zone not null,
    stored_at timestamp(6) with time zone not null,
    event_id varchar(128) not null,
    event_type varchar(128) not null,
    source varchar(128) not null,
    payload oid not null,
    primary key (event_id)
  )`;

export type EarlierEvent = {
  eventId: string;
  eventType?: string;
  source?: string;
  timestamp?: string;
  storedAt?: string;
  /** What its large object has. */
  payload?: string | Buffer;
};

/** The payload as that service's Jackson wrote it: five keys, in the order of its class. */
export function earlierPayload(
  { amount = "49.9", paymentId = "pay-1" } = {},
): string {
  return `{"payment_id":${JSON.stringify(paymentId)},"order_id":"ord-1",` +
    `"amount":${amount},"currency":"USD","provider_auth_id":"auth-1"}`;
}

export type EarlierDatabase = PersistenceDatabase & {
  /** A connection of the earlier service's own login. */
  readonly earlier: postgres.Sql;
  readonly earlierAddress: DatabaseAddress;
  fill(...events: EarlierEvent[]): Promise<void>;
  /** Ends the service's connection, as stopping it does. */
  stopEarlier(): Promise<void>;
};

/** A database as the earlier service left it, on a server that has our roles. */
export async function earlierDatabase(): Promise<EarlierDatabase> {
  const fresh = await persistenceDatabase({ migrated: false });
  const user = `earlier_${fresh.admin.database}`;
  await fresh.sql.unsafe(`
    create role ${user} login password 'earlier';
    grant create on schema public to ${user}`);
  const earlierAddress = { ...fresh.admin, user, password: "earlier" };
  const earlier = postgres({
    ...connectionTo(earlierAddress),
    max: 1,
    onnotice: () => {},
    connection: { application_name: "PostgreSQL JDBC Driver" },
  });
  await earlier.unsafe(HIBERNATE_TABLE);
  let isStopped = false;
  const stopEarlier = async () => {
    if (!isStopped) await earlier.end({ timeout: 1 });
    isStopped = true;
  };
  return {
    ...fresh,
    earlier,
    earlierAddress,
    fill: (...events) => fillEarlierTable(earlier, events),
    stopEarlier,
    async [Symbol.asyncDispose]() {
      await stopEarlier();
      await fresh.sql.unsafe(
        `drop owned by ${user} cascade; drop role ${user}`,
      );
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/** As pgjdbc binds a `Clob`: a large object of the text in UTF-8, and its number in the row. */
export async function fillEarlierTable(
  sql: postgres.Sql,
  events: readonly EarlierEvent[],
): Promise<void> {
  const rows = events.map((one) => ({
    event_id: one.eventId,
    event_type: one.eventType ?? "payment.authorized.v1",
    source: one.source ?? "provider",
    event_timestamp: one.timestamp ?? "2026-01-02T03:04:05.678901Z",
    stored_at: one.storedAt ?? "2026-01-02T03:04:06.123456Z",
    payload: Buffer.from(one.payload ?? earlierPayload()).toString("base64"),
  }));
  await sql`
    insert into events (event_id, event_type, source, event_timestamp, stored_at, payload)
    select event_id, event_type, source, event_timestamp, stored_at, lo_from_bytea(0, decode(payload, 'base64'))
    from jsonb_to_recordset(${sql.json(rows)}) as row (
      event_id text, event_type text, source text, event_timestamp timestamptz,
      stored_at timestamptz, payload text
    )`;
}

/** Events evt-00000 and so on, of the amounts 0.25, 1.25 and so on. */
export const many = (count: number): EarlierEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    eventId: `evt-${String(n).padStart(5, "0")}`,
    payload: earlierPayload({ amount: `${n}.25`, paymentId: `pay-${n}` }),
  }));

/** All that is in the database, but for what anybody's look changes. */
export async function digest(sql: postgres.Sql): Promise<unknown> {
  const [rows] = await sql`
    select
      (select md5(string_agg(r::text, '|' order by r::text)) from public.events r) as events,
      (select md5(string_agg(oid || lomowner::text, '|' order by oid)) from pg_largeobject_metadata) as owners,
      (select md5(string_agg(loid || ' ' || pageno || encode(data, 'hex'), '|' order by loid, pageno)) from pg_largeobject) as large,
      (
        select string_agg(concat_ws(' ', relname, relkind, relowner::regrole, relacl::text), '|' order by relname)
        from pg_class where relnamespace = 'public'::regnamespace
      ) as tables`;
  return rows;
}
