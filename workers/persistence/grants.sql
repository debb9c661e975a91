-- What each role may do with the tables, and nothing else: `deno task migrate` runs this after the migrations, each
-- time, so that what somebody granted by hand meanwhile is taken back. A role that is not there is passed over: this
-- server's DBA has not run roles.sql, and the owner is all there is.

-- Two at a time would change the same row of the catalogue, and one fail.
select pg_advisory_xact_lock(hashtext('eventflow grants'));

revoke all on public.events, public.superseded_events, public.provider_transmissions, public.payments, public.payment_states,
  public.payments_fill, public.schema_migrations, public.enriched_events, public.event_days_dropped from public;
revoke all on function public.supersede_events(public.events[]), public.keep_payments_of_superseded(),
  public.renew_payment(text), public.store_enriched_events(public.enriched_events[]) from public;

do $$
declare
  kept text;
  one text;
begin
  if exists (select from pg_roles where rolname = 'eventflow_writer') then
    revoke all on public.events, public.superseded_events, public.provider_transmissions, public.payments,
      public.payment_states, public.payments_fill, public.schema_migrations, public.enriched_events, public.event_days_dropped
      from eventflow_writer;
    -- Payments follow from events by a trigger, which has the owner's rights.
    grant select, insert on public.events, public.provider_transmissions to eventflow_writer;
    -- The audit may run by its login, too.
    grant select on public.superseded_events, public.event_days_dropped to eventflow_writer;
    -- So does replacing a fact by one of a higher mapping version: the one way in which a row of events changes.
    revoke all on function public.supersede_events(public.events[]) from eventflow_writer;
    grant execute on function public.supersede_events(public.events[]) to eventflow_writer;
    -- The one way in which a row of enriched_events is made, and changes.
    revoke all on function public.store_enriched_events(public.enriched_events[]) from eventflow_writer;
    grant execute on function public.store_enriched_events(public.enriched_events[]) to eventflow_writer;
    grant select on public.enriched_events to eventflow_writer;
    -- It compares what is applied with what it needs.
    grant select on public.schema_migrations to eventflow_writer;
  end if;
  if exists (select from pg_roles where rolname = 'eventflow_reader') then
    revoke all on public.events, public.superseded_events, public.provider_transmissions, public.payments,
      public.payment_states, public.payments_fill, public.schema_migrations, public.enriched_events, public.event_days_dropped
      from eventflow_reader;
    grant select on public.events, public.superseded_events, public.provider_transmissions, public.payments,
      public.payment_states, public.payments_fill, public.schema_migrations, public.enriched_events, public.event_days_dropped
      to eventflow_reader;
  end if;
  -- It shows what became of an event that it has sent again, and of its payment.
  if exists (select from pg_roles where rolname = 'eventflow_desk') then
    revoke all on public.events, public.superseded_events, public.provider_transmissions, public.payments,
      public.payment_states, public.payments_fill, public.schema_migrations, public.enriched_events, public.event_days_dropped
      from eventflow_desk;
    grant select on public.events, public.superseded_events, public.payments, public.payment_states to eventflow_desk;
  end if;

  -- What the earlier service left, where it was here before: nothing writes it any more, and the ledger asks it.
  foreach kept in array array['earlier_events', 'earlier_events_adoption', 'earlier_events_not_adopted'] loop
    continue when to_regclass('public.' || kept) is null;
    execute format('revoke all on public.%I from public', kept);
    if exists (select from pg_roles where rolname = 'eventflow_writer') then
      execute format('revoke all on public.%I from eventflow_writer', kept);
    end if;
    if exists (select from pg_roles where rolname = 'eventflow_reader') then
      execute format('revoke all on public.%I from eventflow_reader', kept);
      execute format('grant select on public.%I to eventflow_reader', kept);
    end if;
  end loop;

  -- What `deno task days --partition` has made: the writer makes keys with their rows, and lets days be made. A partition is asked
  -- through its table alone.
  if to_regclass('public.event_keys') is null then
    return;
  end if;
  for kept in
    select relid::text from pg_partition_tree('public.event_keys')
    union select relid::text from pg_partition_tree('public.events') where level > 0
    union select 'public.event_keys_fill'
  loop
    execute format('revoke all on %s from public', kept);
    foreach one in array array['eventflow_writer', 'eventflow_reader', 'eventflow_desk'] loop
      continue when not exists (select from pg_roles where rolname = one);
      execute format('revoke all on %s from %I', kept, one);
    end loop;
  end loop;
  if exists (select from pg_roles where rolname = 'eventflow_reader') then
    grant select on public.event_keys, public.event_keys_fill to eventflow_reader;
  end if;
  if exists (select from pg_roles where rolname = 'eventflow_writer') and to_regclass('public.events_rest') is not null then
    grant select, insert on public.event_keys to eventflow_writer;
    grant execute on function public.stored_events(text[]), public.make_event_days() to eventflow_writer;
  end if;
end
$$;
