-- Up Migration

-- Makes a payment what its events say, which may be an earlier state than it has. Its row stays where it is: whoever waits for it
-- meanwhile, to do the same or to apply an event, goes on with it. A row that is deleted and put in again is another one, which none
-- of them would find. Each statement sees what was committed while the one before it waited.
create function renew_payment(changed text) returns void language plpgsql as $$
begin
  -- Earlier than any event, so that whichever is the latest of them is applied.
  update payments set origin_topic = null, origin_at = '-infinity' where payment_id = changed;
  perform apply_to_payments((
    select array_agg(payment_after(event)) from events as event where event.payment_id = changed
  ));
  delete from payments where payment_id = changed and origin_at = '-infinity';
end
$$;
revoke all on function renew_payment(text) from public;

-- As in 0004, which deleted rows and put them in again.
create or replace function keep_payments_of_superseded() returns trigger
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
    perform renew_payment(changed);
  end loop;
  return null;
end
$$;

-- What stayed of payments that several writers had taken events from at once: their event is another payment's by now.
do $$
declare
  changed text;
begin
  for changed in
    select payment_id from payments
    where payment_id in (select payment_id from superseded_events) and not exists (
      select from events where events.event_id = payments.event_id and events.payment_id = payments.payment_id
    )
    order by 1
  loop
    perform renew_payment(changed);
  end loop;
end
$$;

-- Down Migration

-- As 0004 made it.
create or replace function keep_payments_of_superseded() returns trigger
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
drop function renew_payment;
