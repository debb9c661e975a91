-- Up Migration

-- The raw record in whose place an event's record stands: its own, or of a replay the one that was replayed. Rows of
-- before do not say it; their Kafka record's own coordinates stand for it. Not validated, as in 0002.
alter table events
  add column origin_topic text,
  add column origin_partition integer,
  add column origin_offset bigint,
  add constraint events_whole_origin check (
    num_nulls(origin_topic, origin_partition, origin_offset) in (0, 3)
  ) not valid;

-- One row per payment: what its latest event says. Which one that is, docs/decisions/0012-order-and-replays.md says.
create table payments (
  payment_id text primary key check (octet_length(payment_id) <= 1000),
  event_id text not null,
  event_type text not null,
  event_timestamp timestamptz not null,
  amount numeric not null,
  currency text not null,

  -- The Kafka record of that event, and in whose place it stands; null if the event was adopted.
  source_topic text,
  source_partition integer,
  source_offset bigint,
  origin_topic text,
  origin_partition integer,
  origin_offset bigint,
  -- When the origin was received, or of an event of which that is not known, the event's own time.
  origin_at timestamptz not null,
  applied_at timestamptz not null
)
-- Room for a payment's next states in its own page, so that they touch no index.
with (fillfactor = 85);

-- What an event makes of its payment.
create function payment_after(event events) returns payments language sql stable as $$
  select row(
    event.payment_id, event.event_id, event.event_type, event.event_timestamp, event.amount, event.currency,
    event.source_topic, event.source_partition, event.source_offset,
    coalesce(event.origin_topic, event.source_topic),
    coalesce(event.origin_partition, event.source_partition),
    coalesce(event.origin_offset, event.source_offset),
    coalesce(event.received_at, event.event_timestamp),
    now()
  )::payments
$$;

-- Brings payments to states that are later than theirs. In the order of payment_id, so that two never wait for each
-- other's rows in a circle. An id too long for an index has no row.
create function apply_to_payments(incoming payments[]) returns void language plpgsql as $$
begin
  insert into payments as applied
  select distinct on (payment_id) * from (
    select distinct on (payment_id, origin_topic, origin_partition) *
    from unnest(incoming)
    where octet_length(payment_id) <= 1000
    order by payment_id, origin_topic, origin_partition, origin_offset desc, source_offset desc, origin_at desc
  ) as latest_of_each_log
  order by payment_id, origin_at desc
  on conflict (payment_id) do update set
    event_id = excluded.event_id,
    event_type = excluded.event_type,
    event_timestamp = excluded.event_timestamp,
    amount = excluded.amount,
    currency = excluded.currency,
    source_topic = excluded.source_topic,
    source_partition = excluded.source_partition,
    source_offset = excluded.source_offset,
    origin_topic = excluded.origin_topic,
    origin_partition = excluded.origin_partition,
    origin_offset = excluded.origin_offset,
    origin_at = excluded.origin_at,
    applied_at = excluded.applied_at
  where case
    -- Origins in different logs: time alone compares them.
    when (excluded.origin_topic, excluded.origin_partition) is distinct from
      (applied.origin_topic, applied.origin_partition) or excluded.origin_topic is null
      then excluded.origin_at > applied.origin_at
    -- Origins in one log: it has them in order.
    when excluded.origin_offset <> applied.origin_offset
      then excluded.origin_offset > applied.origin_offset
    -- One origin, as of a record and its replays: the one that was read later.
    when (excluded.source_topic, excluded.source_partition) = (applied.source_topic, applied.source_partition)
      then excluded.source_offset > applied.source_offset
    else true
  end;
end
$$;

-- By a trigger, and not by whoever inserts: so the two tables cannot differ, whichever version of persistence is
-- running, and nobody needs the right to change a payment but through a new event.
create function keep_payments() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform apply_to_payments((select array_agg(payment_after(event)) from inserted as event));
  return null;
end
$$;
revoke all on function keep_payments() from public;

create trigger keep_payments after insert on events
referencing new table as inserted
for each statement execute function keep_payments();

-- How far the events of before are applied: `deno task migrate` does it behind this migration, some of the table's
-- blocks at a time, while persistence goes on.
create table payments_fill (
  is_only_row boolean primary key default true check (is_only_row),
  -- The table's file: rewritten, as by `vacuum full`, it has its rows in other blocks.
  file oid not null,
  next_block bigint not null default 0,
  finished_at timestamptz
);
insert into payments_fill (file) values (pg_relation_filenode('events'));

-- Down Migration

drop table payments_fill;
drop trigger keep_payments on events;
drop function keep_payments;
drop function apply_to_payments;
drop function payment_after;
drop table payments;
alter table events
  drop constraint events_whole_origin,
  drop column origin_topic,
  drop column origin_partition,
  drop column origin_offset;
