-- Who logs in to EventFlow's database. A DBA runs this in that database, before its first migration and whenever
-- this file has changed; running it again does no harm:
--
--     psql --dbname=eventflow --set=ON_ERROR_STOP=1 --single-transaction --file=workers/persistence/roles.sql
--
-- Passwords are the DBA's and stand nowhere here: until it has one, nobody logs in as a role by password.
--
--     psql --dbname=eventflow --command='\password eventflow_owner'       and so for the others
--
-- What each role may do with the tables is said by grants.sql, with every migration.

do $$
declare
  role text;
begin
  -- Two at a time would change the same row of the catalogue, and one fail.
  perform pg_advisory_xact_lock(hashtext('eventflow roles'));

  -- Roles are the whole server's: another database's may be here already, or come at this very moment.
  foreach role in array array['eventflow_owner', 'eventflow_writer', 'eventflow_desk', 'eventflow_reader'] loop
    if not exists (select from pg_roles where rolname = role) then
      begin
        execute format('create role %I login', role);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
  end loop;

  -- Everybody may make temporary tables unless this is said.
  execute format('revoke temporary on database %I from public', current_database());
  execute format(
    'grant connect on database %I to eventflow_owner, eventflow_writer, eventflow_desk, eventflow_reader',
    current_database()
  );
end
$$;

-- Until PostgreSQL 14 everybody was born with it.
revoke create on schema public from public;
grant usage on schema public to eventflow_owner, eventflow_writer, eventflow_desk, eventflow_reader;
grant create on schema public to eventflow_owner;

-- The dead-letter desk keeps its index here, and makes its tables itself: they are a cache of what the topics say.
create schema if not exists desk authorization eventflow_desk;

-- What was migrated by another user before there were roles. The earlier service's table, which has large objects in
-- the place of jsonb, stays with it, for it may be writing: `deno task migrate --adopt` puts it away.
do $$
declare
  name text;
  routine regprocedure;
begin
  for name in
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relowner <> 'eventflow_owner'::regrole and relkind in ('r', 'v')
      and relname in (
        'events', 'superseded_events', 'provider_transmissions', 'payments', 'payment_states', 'payments_fill',
        'schema_migrations', 'enriched_events',
        'earlier_events', 'earlier_events_adoption', 'earlier_events_not_adopted'
      )
      and not exists (
        select from pg_attribute
        where relname = 'events' and attrelid = to_regclass('public.events')
          and attname = 'payload' and atttypid = 'oid'::regtype
      )
      -- A table of yours that has such a name stays yours.
      and (relname <> 'payments' or to_regclass('public.payments_fill') is not null)
      and (
        relname not in ('superseded_events', 'provider_transmissions', 'payment_states')
        or to_regproc('public.supersede_events') is not null
      )
      and (relname <> 'enriched_events' or to_regproc('public.store_enriched_events') is not null)
  loop
    execute format('alter table public.%I owner to eventflow_owner', name);
  end loop;
  -- Some of them have their owner's rights, so they go where the tables go.
  for routine in
    select oid::regprocedure from pg_proc
    where pronamespace = 'public'::regnamespace and proowner <> 'eventflow_owner'::regrole
      and proname in (
        'payment_after', 'apply_to_payments', 'keep_payments', 'supersede_events', 'keep_payments_of_superseded',
        'store_enriched_events'
      )
      and to_regclass('public.payments_fill') is not null
  loop
    execute format('alter function %s owner to eventflow_owner', routine);
  end loop;
end
$$;
