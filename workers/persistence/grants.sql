-- What each role may do with the tables, and nothing else: `deno task migrate` runs this after the migrations, each
-- time, so that what somebody granted by hand meanwhile is taken back. A role that is not there is passed over: this
-- server's DBA has not run roles.sql, and the owner is all there is.

-- Two at a time would change the same row of the catalogue, and one fail.
select pg_advisory_xact_lock(hashtext('eventflow grants'));

revoke all on public.events, public.schema_migrations from public;

do $$
begin
  if exists (select from pg_roles where rolname = 'eventflow_writer') then
    revoke all on public.events, public.schema_migrations from eventflow_writer;
    grant select, insert on public.events to eventflow_writer;
    -- It compares what is applied with what it needs.
    grant select on public.schema_migrations to eventflow_writer;
  end if;
  if exists (select from pg_roles where rolname = 'eventflow_reader') then
    revoke all on public.events, public.schema_migrations from eventflow_reader;
    grant select on public.events, public.schema_migrations to eventflow_reader;
  end if;
end
$$;
