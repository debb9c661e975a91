-- Up Migration

-- An event that the service before EventFlow had stored came of no record that is known: `deno task migrate --adopt`
-- makes its row, and says when. Not validated, as no row can break it yet, and looking at each would keep writers out.
alter table events
  alter column source_topic drop not null,
  alter column source_partition drop not null,
  alter column source_offset drop not null,
  add column adopted_at timestamptz,
  add constraint events_record_or_adopted check (
    num_nulls(source_topic, source_partition, source_offset) = case when adopted_at is null then 0 else 3 end
  ) not valid;

-- Down Migration

alter table events
  drop constraint events_record_or_adopted,
  drop column adopted_at,
  alter column source_topic set not null,
  alter column source_partition set not null,
  alter column source_offset set not null;
