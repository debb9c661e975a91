-- Up Migration

-- What `deno task days` dropped on purpose, by when it was stored: of such an event the key alone is there, and the audit tells by this
-- that its row is not lost. Here, and not where days are made, so that a table of days of an earlier version has it too.
create table event_days_dropped (
  name text not null,
  stored_from timestamptz not null,
  stored_before timestamptz not null,
  dropped_at timestamptz not null default now()
);

-- Down Migration

drop table event_days_dropped;
