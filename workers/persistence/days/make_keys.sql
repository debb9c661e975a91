-- Has each event its key, whichever version of persistence stores it: what `deno task days --partition --apply` begins with, while
-- `events` is one table still. docs/decisions/0024-events-by-day.md says what for.

-- One row for each event_id that was ever stored, also of a day that was dropped.
create table event_keys (
  event_id text primary key,
  -- In which partition the row is.
  stored_at timestamptz not null,
  -- As the row has them, for when it is dropped: what it says, in 64 bits; null of an adopted row, of which less is known.
  mapping_version integer,
  digest bigint
) partition by hash (event_id);

do $$
begin
  for remainder in 0..15 loop
    execute format(
      'create table event_keys_%s partition of event_keys for values with (modulus 16, remainder %s)', remainder, remainder
    );
  end loop;
end
$$;

-- What two tellings of one event must agree in; if it was mapped, of one fact. Equal values have equal hashes, as 1.0 and 1.
create function event_digest(
  event_type text, source text, event_timestamp timestamptz, payload jsonb,
  payment_id text, amount numeric, currency text, mapping_version integer
) returns bigint language sql immutable parallel safe
return case when mapping_version is null
  then hash_record_extended(row(event_type, source, event_timestamp, payload), 0)
  else hash_record_extended(row(event_type, source, payment_id, amount, currency), 0)
end;

-- Keeps keys beside what happens to rows. In the order of event_id, so that two never wait for each other's keys in a circle.
create function keep_event_keys() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  case tg_op
    when 'INSERT' then
      insert into event_keys
      select event_id, stored_at, mapping_version, case when adopted_at is null then
        event_digest(event_type, source, event_timestamp, payload, payment_id, amount, currency, mapping_version) end
      from inserted order by event_id
      on conflict (event_id) do nothing;
    when 'UPDATE' then
      insert into event_keys
      select event_id, stored_at, mapping_version, case when adopted_at is null then
        event_digest(event_type, source, event_timestamp, payload, payment_id, amount, currency, mapping_version) end
      from updated order by event_id
      on conflict (event_id) do update set
        stored_at = excluded.stored_at, mapping_version = excluded.mapping_version, digest = excluded.digest;
    -- By the owner's hand: it may come anew, as before there were keys.
    when 'DELETE' then
      delete from event_keys where event_id in (select event_id from deleted);
    when 'TRUNCATE' then
      truncate event_keys;
  end case;
  return null;
end
$$;
revoke all on function keep_event_keys() from public;

create trigger keep_keys_of_new after insert on events
referencing new table as inserted for each statement execute function keep_event_keys();
create trigger keep_keys_of_changed after update on events
referencing new table as updated for each statement execute function keep_event_keys();
create trigger keep_keys_of_deleted after delete on events
referencing old table as deleted for each statement execute function keep_event_keys();
create trigger keep_keys_of_truncated after truncate on events
for each statement execute function keep_event_keys();

-- How far the keys of the rows of before are made, as payments_fill says it of payments.
create table event_keys_fill (
  is_only_row boolean primary key default true check (is_only_row),
  file oid not null,
  next_block bigint not null default 0,
  finished_at timestamptz
);
insert into event_keys_fill (file) values (pg_relation_filenode('events'));
