-- Up Migration

-- Which version of a mapping made a fact, and which of several things of its raw record it is; null of what was not mapped, and
-- of a sole one. Columns without a default, and a check that is not validated: no row is looked at, as in 0002.
alter table events
  add column mapping_version integer,
  add column origin_item integer,
  add constraint events_mapping_and_item check (mapping_version > 0 and origin_item > 0) not valid;

alter table payments add column origin_item integer;

-- What stood in `events` until a higher version of its mapping took its place: the whole row, when that was, and by which record.
-- The columns of `events` come last and in their order, so that a row is put in as it is. Hash, as in 0001.
create table superseded_events (
  superseded_at timestamptz not null default now(),
  superseded_by_topic text not null,
  superseded_by_partition integer not null,
  superseded_by_offset bigint not null,
  like events
);
create index superseded_events_event_id on superseded_events using hash (event_id);
create index superseded_events_payment_id on superseded_events using hash (payment_id);

-- The ids of transmissions whose provider's signature does not tell bodies apart, with the body that came first.
create table provider_transmissions (
  source text not null,
  transmission_id text not null,
  sha256 text not null,
  -- The record that it came in first.
  first_topic text not null,
  first_partition integer not null,
  first_offset bigint not null,
  seen_at timestamptz not null default now(),
  primary key (source, transmission_id)
);

-- As in 0003, with the item.
create or replace function payment_after(event events) returns payments language sql stable as $$
  select row(
    event.payment_id, event.event_id, event.event_type, event.event_timestamp, event.amount, event.currency,
    event.source_topic, event.source_partition, event.source_offset,
    coalesce(event.origin_topic, event.source_topic),
    coalesce(event.origin_partition, event.source_partition),
    coalesce(event.origin_offset, event.source_offset),
    coalesce(event.received_at, event.event_timestamp),
    now(),
    event.origin_item
  )::payments
$$;

create or replace function apply_to_payments(incoming payments[]) returns void language plpgsql as $$
begin
  insert into payments as applied
  select distinct on (payment_id) * from (
    select distinct on (payment_id, origin_topic, origin_partition) *
    from unnest(incoming)
    where octet_length(payment_id) <= 1000
    order by payment_id, origin_topic, origin_partition, origin_offset desc, origin_item desc nulls last,
      source_offset desc, origin_at desc
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
    origin_item = excluded.origin_item,
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
    -- One origin of which several things were made: it says them in order.
    when excluded.origin_item is distinct from applied.origin_item
      then coalesce(excluded.origin_item, 0) > coalesce(applied.origin_item, 0)
    -- One origin, as of a record and its replays: the one that was read later.
    when (excluded.source_topic, excluded.source_partition) = (applied.source_topic, applied.source_partition)
      then excluded.source_offset > applied.source_offset
    else true
  end;
end
$$;

-- Puts facts in the place of the same facts of lower versions, one after the other in the order given, as if each had come alone.
-- What is of no higher version than what stands, and what has no row that was mapped, is left alone. All are of one partition.
-- With the owner's rights: who may call it can replace no event that was not mapped, and removes nothing, for what stood is kept.
--
-- Returns the offsets of the records whose facts took a place.
create function supersede_events(incoming events[]) returns setof bigint
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- In the order of event_id, so that two never wait for each other's rows in a circle. What follows is a statement of its own,
  -- and sees what was committed while this one waited.
  perform from events
  where event_id in (select event_id from unnest(incoming)) and mapping_version is not null
  order by event_id for update;

  return query
  with told as (
    select event, 0 as place from events as event
    where event_id in (select event_id from unnest(incoming)) and mapping_version is not null
    union all
    select incoming[place], place from generate_subscripts(incoming, 1) as place
  ), compared as (
    select event, place,
      first_value(place) over earlier = 0 as is_stored,
      max((event).mapping_version) over (
        partition by (event).event_id order by place rows between unbounded preceding and 1 preceding
      ) as highest_before
    from told
    window earlier as (partition by (event).event_id order by place)
  ), versions as (
    select event, place, lead(event) over (partition by (event).event_id order by place) as successor
    from compared
    where is_stored and (place = 0 or (event).mapping_version > highest_before)
  ), kept as (
    insert into superseded_events
    select now(), (successor).source_topic, (successor).source_partition, (successor).source_offset, (event).*
    from versions where successor is distinct from null
  ), replaced as (
    update events as stored set
      event_type = (event).event_type,
      source = (event).source,
      event_timestamp = (event).event_timestamp,
      payload = (event).payload,
      stored_at = (event).stored_at,
      payment_id = (event).payment_id,
      amount = (event).amount,
      currency = (event).currency,
      source_topic = (event).source_topic,
      source_partition = (event).source_partition,
      source_offset = (event).source_offset,
      -- A fact that is only told again, by a webhook of its own, is no later for that.
      received_at = stored.received_at,
      origin_topic = stored.origin_topic,
      origin_partition = stored.origin_partition,
      origin_offset = stored.origin_offset,
      origin_item = case
        when (stored.origin_topic, stored.origin_partition, stored.origin_offset)
          = ((event).origin_topic, (event).origin_partition, (event).origin_offset) then (event).origin_item
        else stored.origin_item
      end,
      mapping_version = (event).mapping_version
    from versions
    where place > 0 and successor is not distinct from null and stored.event_id = (event).event_id
  )
  select (event).source_offset from versions where place > 0;
end
$$;
revoke all on function supersede_events(events[]) from public;

-- A payment whose event was superseded is what its events say now, those of the payment it was of and of the one it is of. One
-- payment after the other in the order of payment_id, as `apply_to_payments` takes them. Deleting waits for whoever applies an event
-- to it, and what is read behind that sees this event. What the owner changes by hand changes no payment, as before.
create function keep_payments_of_superseded() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  changed text;
begin
  for changed in
    select replaced.payment_id from replaced join updated using (event_id)
    where replaced.mapping_version is distinct from updated.mapping_version
    union
    select updated.payment_id from replaced join updated using (event_id)
    where replaced.mapping_version is distinct from updated.mapping_version
    order by 1
  loop
    delete from payments where payment_id = changed;
    perform apply_to_payments((
      select array_agg(payment_after(event)) from events as event where event.payment_id = changed
    ));
  end loop;
  return null;
end
$$;
revoke all on function keep_payments_of_superseded() from public;

create trigger keep_payments_of_superseded after update on events
referencing old table as replaced new table as updated
for each statement execute function keep_payments_of_superseded();

-- What became of the money of each payment, in each of its currencies: sums of its events. docs/database.md says what each column is.
-- Every part is by payment_id, so that whoever asks for one payment has its events alone read, by their index.
create view payment_states as
select
  source,
  payment_id,
  currency,
  case
    when open_disputes > 0 then 'disputed'
    when lost > 0 then 'lost'
    when refunded > 0 and refunded >= case when captured > 0 then captured else authorized end then 'refunded'
    when refunded > 0 then 'partially_refunded'
    when captured > 0 and (captured >= authorized or is_final) then 'captured'
    when captured > 0 then 'partially_captured'
    when canceled > 0 then 'canceled'
    when authorized > 0 then 'authorized'
    when failed > 0 then 'failed'
    else 'unknown'
  end as state,
  authorized,
  captured,
  refunded,
  disputed,
  lost,
  failed,
  first_at,
  last_at
from (
  select
    source,
    payment_id,
    currency,
    coalesce(sum(amount) filter (where event_type = 'payment.authorized.v1'), 0) as authorized,
    coalesce(sum(amount) filter (where event_type = 'payment.captured.v1' and not has_failed), 0) as captured,
    coalesce(sum(amount) filter (where event_type = 'payment.refunded.v1' and not has_failed), 0) as refunded,
    coalesce(sum(amount) filter (where is_last_word and dispute_state in ('inquiry', 'opened')), 0) as disputed,
    coalesce(sum(amount) filter (where is_last_word and dispute_state = 'lost'), 0) as lost,
    count(*) filter (where is_last_word and dispute_state in ('inquiry', 'opened')) as open_disputes,
    count(*) filter (where event_type = 'payment.canceled.v1') as canceled,
    count(*) filter (where event_type = 'payment.failed.v1') as failed,
    coalesce(bool_or(event_type = 'payment.captured.v1' and not has_failed and payload->'final' = 'true'), false) as is_final,
    min(event_timestamp) as first_at,
    max(event_timestamp) as last_at
  from (
    select
      source, payment_id, currency, event_type, amount, payload, event_timestamp, dispute_state,
      -- A capture or refund that failed after it was told to be done.
      moved_id is not null and bool_or(event_type = 'payment.failed.v1') over (
        partition by payment_id, source, moved, moved_id
      ) as has_failed,
      dispute_state is not null and row_number() over (
        partition by payment_id, source, dispute_id
        -- The provider's own time: it need not send in that order. Of one time, what ends a dispute is later.
        order by event_timestamp desc, array_position(array['inquiry', 'opened'], dispute_state) desc nulls first, event_id desc
      ) = 1 as is_last_word
    from (
      select
        source, payment_id, currency, event_type, amount, payload, event_timestamp, event_id,
        case when event_type = 'payment.disputed.v1' then payload->>'dispute_id' end as dispute_id,
        case when event_type = 'payment.disputed.v1' then payload->>'state' end as dispute_state,
        moved,
        case moved when 'capture' then payload->>'capture_id' when 'refund' then payload->>'refund_id' end as moved_id
      from (
        select *, case event_type
          when 'payment.captured.v1' then 'capture'
          when 'payment.refunded.v1' then 'refund'
          when 'payment.failed.v1' then payload->>'stage'
        end as moved
        from events
      ) as with_moves
    ) as with_ids
  ) as with_last_words
  group by payment_id, source, currency
) as sums;

-- Down Migration

drop view payment_states;
drop trigger keep_payments_of_superseded on events;
drop function keep_payments_of_superseded;
drop function supersede_events;
drop table provider_transmissions;
drop table superseded_events;

-- As 0003 made it.
create or replace function apply_to_payments(incoming payments[]) returns void language plpgsql as $$
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
    when (excluded.origin_topic, excluded.origin_partition) is distinct from
      (applied.origin_topic, applied.origin_partition) or excluded.origin_topic is null
      then excluded.origin_at > applied.origin_at
    when excluded.origin_offset <> applied.origin_offset
      then excluded.origin_offset > applied.origin_offset
    when (excluded.source_topic, excluded.source_partition) = (applied.source_topic, applied.source_partition)
      then excluded.source_offset > applied.source_offset
    else true
  end;
end
$$;

alter table payments drop column origin_item;

create or replace function payment_after(event events) returns payments language sql stable as $$
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

alter table events
  drop constraint events_mapping_and_item,
  drop column mapping_version,
  drop column origin_item;
