-- Up Migration

-- One row per event. The first record of an event_id makes it; nothing changes it afterwards.
create table events (
  event_id text primary key,
  event_type text not null,
  source text not null,
  event_timestamp timestamptz not null,
  payload jsonb not null,
  stored_at timestamptz not null default now(),

  -- From the payload, for queries. numeric keeps every digit that was signed.
  payment_id text not null,
  amount numeric not null check (amount > 0),
  currency text not null,

  -- The Kafka record that made the row, and when the intake had received it.
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null,
  received_at timestamptz
);

-- "What happened to this payment?" Hash, not btree: only equality is asked for, and a btree refuses
-- entries above 2704 bytes, so it would keep a long payment_id from being stored at all.
create index events_payment_id on events using hash (payment_id);

-- "What happened between these times?" Rows arrive nearly in this order, so the block ranges of BRIN
-- do it in a thousandth of a btree's space and cost an insert next to nothing.
create index events_event_timestamp on events
using brin (event_timestamp) with (autosummarize = on);

-- Down Migration

drop table events;
