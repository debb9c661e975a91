-- Up Migration

-- What took another's place says so itself. 0006 told it by xmax, which PostgreSQL does not return of a table with partitions.
alter table enriched_events
-- Of the mapping that had made what stood in its place before; null of what came first, or was replaced by a version before.
add column replaced_version integer check (replaced_version > 0);

-- As 0006 has it, but for that.
create or replace function store_enriched_events(incoming enriched_events[])
returns table (taken_offset bigint, is_new boolean)
language sql security definer set search_path = public, pg_temp as $$
  insert into enriched_events as stored (
    event_id, event_type, source, event_timestamp, payment_id, risk_score, band, degraded, model_id, model_sha256,
    features_sha256, enrichment, mapping_version, stored_at, source_topic, source_partition, source_offset
  )
  -- In the order of event_id, so that two never wait for each other's rows in a circle.
  select
    event_id, event_type, source, event_timestamp, payment_id, risk_score, band, degraded, model_id, model_sha256,
    features_sha256, enrichment, mapping_version, stored_at, source_topic, source_partition, source_offset
  from unnest(incoming) as one order by one.event_id
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
    source_offset = excluded.source_offset,
    replaced_version = stored.mapping_version
  where excluded.mapping_version > stored.mapping_version
  returning stored.source_offset, stored.replaced_version is null
$$;

-- Down Migration

-- As 0006 made it.
create or replace function store_enriched_events(incoming enriched_events[])
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
alter table enriched_events drop column replaced_version;
