-- Puts the earlier service's table away under a name of its own, where each of its rows and their large objects stay as
-- they are, and makes what says how far adopting them has come. Runs in the transaction that makes EventFlow's tables.

do $$
declare
  found record;
begin
  -- Names of indexes are the whole schema's, and EventFlow's table needs some of these.
  for found in select indexrelid::regclass::text as place, relname
    from pg_index join pg_class on pg_class.oid = indexrelid
    where indrelid = 'public.events'::regclass
  loop
    execute format('alter index %s rename to %I', found.place, left('earlier_' || found.relname, 63));
  end loop;
  alter table public.events rename to earlier_events;

  create table public.earlier_events_adoption (
    is_only_row boolean primary key default true check (is_only_row),
    row_count bigint not null,
    -- The last event_id that was looked at; null at the beginning.
    position text,
    adopted bigint not null default 0,
    -- Had a row already, which says the same.
    stored_before bigint not null default 0,
    not_adopted bigint not null default 0,
    began_at timestamptz not null default now(),
    finished_at timestamptz
  );
  insert into public.earlier_events_adoption (row_count) select count(*) from public.earlier_events;

  -- Rows of earlier_events that are no row of events, and why.
  create table public.earlier_events_not_adopted (
    event_id text primary key,
    code text not null,
    message text not null,
    -- What the large object has; null if there is none.
    payload bytea,
    looked_at timestamptz not null default now()
  );

  if exists (select from pg_roles where rolname = 'eventflow_owner') then
    alter table public.earlier_events owner to eventflow_owner;
    alter table public.earlier_events_adoption owner to eventflow_owner;
    alter table public.earlier_events_not_adopted owner to eventflow_owner;
  end if;
end
$$;
