-- What was out of the usual in the flow of payments.

-- Up Migration

-- One row of each anomaly, as it was told last.
create table anomalies (
  anomaly_id text primary key,
  is_open boolean not null,
  -- Null if it is about all of them.
  provider text,
  raised_at timestamptz not null,
  -- When its latest record was written.
  told_at timestamptz not null,
  -- The record, whole.
  told jsonb not null
);
create index anomalies_to_show on anomalies (is_open desc, raised_at desc);
create index anomalies_kept on anomalies (told_at);

-- Down Migration

drop table anomalies;
