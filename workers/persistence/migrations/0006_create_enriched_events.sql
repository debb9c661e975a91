-- Up Migration

-- What enrichment worked out about each event: one row per event_id, made by its first enriched record. It is no part of the
-- event, and nothing that is decided waits for it, so no row of `events` is asked for: it may come before, or never.
create table enriched_events (
  event_id text primary key,
  event_type text not null,
  source text not null,
  event_timestamp timestamptz not null,
  payment_id text not null,

  -- From `enrichment`, for queries; null where no score applies, or there was no model.
  risk_score double precision check (risk_score between 0 and 1),
  band text,
  -- Why the score is worth less than the model's card says; empty if it is not.
  degraded text[] not null,
  model_id text,
  model_sha256 text,
  features_sha256 text not null,

  -- All that was worked out, as the record has it.
  enrichment jsonb not null,

  -- Of the mapping that made the fact; null of what was not mapped.
  mapping_version integer check (mapping_version > 0),

  stored_at timestamptz not null,
  -- The record of the enriched topic that made the row.
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null
);

-- "How risky did this payment look?" Hash, as in 0001.
create index enriched_events_payment_id on enriched_events using hash (payment_id);

-- "How many were high between these times?" As in 0001.
create index enriched_events_event_timestamp on enriched_events
using brin (event_timestamp) with (autosummarize = on);

-- Stores what was worked out about events, each with another event_id. What is there already changes only if it was mapped, and the
-- new one by a higher version; what stood is in the enriched topic. With the owner's rights: who may call it removes nothing, and
-- replaces nothing that was not mapped.
--
-- Returns the offsets of the records that made a row or took the place of one, and which of both.
create function store_enriched_events(incoming enriched_events[])
returns table (taken_offset bigint, is_new boolean)
language sql security definer set search_path = public, pg_temp as $$
  insert into enriched_events as stored
  -- In the order of event_id, so that two never wait for each other's rows in a circle.
  select one.* from unnest(incoming) as one order by one.event_id
  on conflict (event_id) do update set
    event_type = excluded.event_type,
    source = excluded.source,
    event_timestamp = excluded.event_timestamp,
    payment_id = excluded.payment_id,
    risk_score = excluded.risk_score,
    band = excluded.band,
    degraded = excluded.degraded,
    model_id = excluded.model_id,
    model_sha256 = excluded.model_sha256,
    features_sha256 = excluded.features_sha256,
    enrichment = excluded.enrichment,
    mapping_version = excluded.mapping_version,
    stored_at = excluded.stored_at,
    source_topic = excluded.source_topic,
    source_partition = excluded.source_partition,
    source_offset = excluded.source_offset
  where excluded.mapping_version > stored.mapping_version
  -- Only a row that took another's place was locked before it was written.
  returning stored.source_offset, stored.xmax = 0
$$;
revoke all on function store_enriched_events(enriched_events[]) from public;

-- Down Migration

drop function store_enriched_events;
drop table enriched_events;
