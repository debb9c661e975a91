-- Makes the table `events` the first partition of a new `events`: one transaction, which copies and scans no row. Whoever runs it has
-- validated each check of the table, events_stored_before among them, and says its day in `eventflow.first_day`.

lock table events in access exclusive mode;

do $$
declare
  name text;
  one text;
  indexes text[] := array(
    select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'events'::regclass and not indisunique
  );
  -- What the catalogue says of what is on the table; keys of new rows are made with the rows from here on.
  others text[] := array[
    pg_get_functiondef('payment_after(events)'::regprocedure),
    'create view payment_states as ' || pg_get_viewdef('payment_states'::regclass)
  ] || array(
    select pg_get_triggerdef(oid)
    from pg_trigger where tgrelid = 'events'::regclass and not tgisinternal and tgname <> 'keep_keys_of_new'
  );
begin
  drop view payment_states;
  drop function supersede_events(events[]);
  drop function payment_after(events);
  for name in select tgname from pg_trigger where tgrelid = 'events'::regclass and not tgisinternal loop
    execute format('drop trigger %I on events', name);
  end loop;
  for name in
    select relname from pg_class join pg_index on indexrelid = pg_class.oid where indrelid = 'events'::regclass
  loop
    execute format('alter index %I rename to %I', name, 'before_' || name);
  end loop;
  alter table events rename to events_before;

  create table events (like events_before including defaults including constraints including comments including storage)
  partition by range (stored_at);
  alter table events drop constraint events_stored_before;
  -- The safety net: no event is refused because its day is missing.
  create table events_rest partition of events default;
  create index events_rest_event_id on events_rest using hash (event_id);
  foreach one in array indexes loop
    execute one;
  end loop;
  execute format(
    'alter table events attach partition events_before for values from (minvalue) to (%L)',
    current_setting('eventflow.first_day')::timestamptz
  );
  alter table events_before drop constraint events_stored_before;
  foreach one in array others loop
    execute one;
  end loop;
end
$$;

-- The rows of events. Their keys say which days they are in, so that no other is looked at: planned with the times in hand.
create function stored_events(ids text[]) returns setof events language plpgsql stable
set plan_cache_mode = force_custom_plan as $$
declare
  times timestamptz[];
begin
  select array_agg(distinct stored_at) into times from event_keys where event_id = any(ids);
  return query select * from events where stored_at = any(times) and event_id = any(ids);
end
$$;
revoke all on function stored_events(text[]) from public;

-- As in migrations/0004, with rows found and locked by their keys: a row that takes another's place is of today, so it moves to another
-- partition, and nobody can wait for it there.
create function supersede_events(incoming events[]) returns setof bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  ids text[] := array(select event_id from unnest(incoming));
begin
  perform from event_keys where event_id = any(ids) and mapping_version is not null
  order by event_id for update;

  return query
  with told as (
    select event, 0 as place from stored_events(ids) as event
    where mapping_version is not null
    union all
    select incoming[place], place from generate_subscripts(incoming, 1) as place
  ), compared as (
    select event, place,
      first_value(event) over earlier as stored,
      first_value(place) over earlier = 0 as is_stored,
      max((event).mapping_version) over (
        partition by (event).event_id order by place rows between unbounded preceding and 1 preceding
      ) as highest_before
    from told
    window earlier as (partition by (event).event_id order by place)
  ), versions as (
    select event, place, stored as first, lead(event) over (partition by (event).event_id order by place) as successor
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
    where place > 0 and successor is not distinct from null
      and stored.event_id = (event).event_id and stored.stored_at = (first).stored_at
  )
  select (event).source_offset from versions where place > 0;
end
$$;
revoke all on function supersede_events(events[]) from public;

-- Makes the table of a day, which is no partition yet. Returns its name.
create function make_event_day(day date) returns text language plpgsql set search_path = public, pg_temp as $$
declare
  name text := 'events_' || to_char(day, 'YYYYMMDD');
begin
  execute format(
    'create table %I (like events including defaults including constraints including indexes including storage)', name
  );
  execute format('create index on %I using hash (event_id)', name);
  return name;
end
$$;
revoke all on function make_event_day(date) from public;

-- Makes the days that are missing of the next fourteen. With the owner's rights: who may call it can make these and no other table. A
-- day of which rows are in the default partition is left out: the owner moves them.
--
-- Returns how many it has made.
create function make_event_days() returns integer
language plpgsql security definer
set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  made integer := 0;
  day date;
begin
  perform pg_advisory_xact_lock(hashtext('eventflow days'));
  for day in
    select one::date from generate_series(
      greatest(current_date, (
        select max(substring(pg_get_expr(relpartbound, oid) from 'TO \(''([^'']+)''\)')::timestamptz)::date
        from pg_class where oid in (select inhrelid from pg_inherits where inhparent = 'events'::regclass)
      )),
      current_date + 14, interval '1 day'
    ) as one
  loop
    continue when exists (select from events_rest where stored_at >= day and stored_at < day + 1);
    execute format(
      'alter table events attach partition %I for values from (%L) to (%L)',
      make_event_day(day), day::timestamptz, (day + 1)::timestamptz
    );
    made := made + 1;
  end loop;
  return made;
end
$$;
revoke all on function make_event_days() from public;

select make_event_days();
