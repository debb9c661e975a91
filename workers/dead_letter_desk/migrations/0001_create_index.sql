-- Up Migration

-- A cache of what the topics say: `events.dlq.v1` and what operators did, in `events.desk.v1`. Whoever empties it and
-- reads both topics again has the same rows.

-- How far each topic is in the index. It moves in the transaction that makes the rows.
create table progress (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- What letters have in common that failed alike. Lists filter by these few rows first, and by letters after.
create table causes (
  id text primary key,
  service text not null,
  code text not null,
  provider text,
  paths text[] not null,
  message text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null
);

create type letter_state as enum ('open', 'sent', 'resolved', 'discarded', 'quarantined');

create table letters (
  partition integer not null,
  "offset" bigint not null,
  cause text not null references causes,
  state letter_state not null default 'open',
  failed_at timestamptz not null,
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null,
  replay_of_partition integer,
  replay_of_offset bigint,
  event_id text,
  payment_id text,
  amount numeric,
  currency text,
  attempts integer not null,
  bytes integer not null,
  times_sent integer not null default 0,
  terms bigint[] not null,
  primary key (partition, "offset")
);

-- A cause's letters, the newest first.
create index letters_of_cause on letters (cause, state, "offset" desc, partition);
-- "Is anything else of this payment here?" Hash: a long id fits too.
create index letters_of_payment on letters using hash (payment_id);
-- "What became of this record?"
create index letters_of_source on letters (source_topic, source_partition, source_offset);
-- Whatever somebody pastes into the search: event, payment, order, the provider's own id.
create index letters_with_term on letters using gin (terms);

-- Exact counts without counting: of a million letters that takes a second.
create table counters (
  cause text not null references causes,
  state letter_state not null,
  -- Empty if the event says none.
  currency text not null,
  hour timestamptz not null,
  letters bigint not null,
  amount numeric not null,
  primary key (cause, state, currency, hour)
);

-- Down Migration

drop table counters, letters, causes, progress;
drop type letter_state;
