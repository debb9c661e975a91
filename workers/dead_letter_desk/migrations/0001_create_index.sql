-- Up Migration

-- A cache of what the topics say: `events.dlq.v1`, and `events.desk.v1`, what operators did. Whoever empties it and reads
-- both topics again has the same rows.

-- How far each topic is in the index. It moves in the transaction that makes the rows.
create table progress (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  -- Of actions: which one the last was, and the hash of its bytes.
  chain_number bigint not null default 0,
  chain_link text,
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
  last_seen timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text
);

create type letter_state as enum ('open', 'sent', 'passed', 'dead_again', 'discarded', 'quarantined');

create table letters (
  partition integer not null,
  "offset" bigint not null,
  cause text not null references causes,
  state letter_state not null default 'open',
  failed_at timestamptz not null,
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null,
  -- The raw record in whose place it stands, if that is known: what orders letters of one payment.
  origin_topic text not null,
  origin_partition integer not null,
  origin_offset bigint not null,
  -- What a replay had sent again, if this came of one.
  replay_of_topic text,
  replay_of_partition integer,
  replay_of_offset bigint,
  replay_job uuid,
  replay_nth integer not null default 0,
  event_id text,
  payment_id text,
  amount numeric,
  currency text,
  attempts integer not null,
  bytes integer not null,
  terms bigint[] not null,
  primary key (partition, "offset")
);

-- A cause's letters, the newest first.
create index letters_of_cause on letters (cause, state, "offset" desc, partition desc);
-- The newest of all.
create index letters_newest on letters (state, "offset" desc, partition desc);
-- "Is anything else of this payment here?" Hash: a long id fits too.
create index letters_of_payment on letters using hash (payment_id);
-- "What became of this record?"
create index letters_of_source on letters (source_topic, source_partition, source_offset);
-- "Which of a job's records failed again?"
create index letters_of_job on letters (replay_job, replay_of_partition, replay_of_offset) where replay_job is not null;
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

-- Which offsets the letters of an hour have, so that what is asked of a time reads no others.
create table letter_hours (
  partition integer not null,
  hour timestamptz not null,
  first_offset bigint not null,
  last_offset bigint not null,
  primary key (partition, hour)
);
create index letter_hours_by_hour on letter_hours (hour);

create type job_state as enum ('planned', 'approved', 'running', 'paused', 'stopped', 'done');

create table jobs (
  id uuid primary key,
  number bigint not null,
  state job_state not null default 'planned',
  -- What is sent again: dead letters, or facts.
  of text not null,
  topic text not null,
  filter jsonb not null,
  replay_for text,
  edit jsonb,
  -- How many of its records are in which state: to count a million takes its time.
  selected bigint not null,
  sent bigint not null default 0,
  passed bigint not null default 0,
  dead_again bigint not null default 0,
  passed_over bigint not null default 0,
  amounts jsonb not null,
  positions_sha256 text not null,
  plan_sha256 text not null,
  options jsonb not null,
  needs_approval boolean not null,
  reason text,
  planned_at timestamptz not null,
  planned_by text not null,
  approved_at timestamptz,
  approved_by text,
  dry_run jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  -- Why it does not go on.
  why text
);

create type job_record_state as enum ('selected', 'sent', 'passed', 'dead_again', 'passed_over');

-- What a job is about. Each is sent at most once.
create table job_records (
  job uuid not null,
  partition integer not null,
  "offset" bigint not null,
  state job_record_state not null default 'selected',
  -- Its place among the job's: the topic's order, but for letters of one payment, which go by their origins.
  place bigint not null default 0,
  primary key (job, partition, "offset")
);
create index job_records_to_do on job_records (job, state, place);

-- What was done, as it is in the log.
create table actions (
  number bigint primary key,
  id uuid not null,
  at timestamptz not null,
  subject text not null,
  via text not null,
  kind text not null,
  job uuid,
  cause text,
  what jsonb not null
);
create index actions_of_job on actions (job, number) where job is not null;

-- Why webhooks were refused, by the hour.
create table rejections (
  provider text not null,
  cause text not null,
  -- What else is told of it in closed words, such as which secret fits.
  detail text not null,
  hour timestamptz not null,
  refusals bigint not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- The latest, whole.
  sample jsonb not null,
  primary key (provider, cause, detail, hour)
);
create index rejections_by_hour on rejections (hour);

-- Down Migration

drop table rejections, actions, job_records, jobs, letter_hours, counters, letters, causes, progress;
drop type job_record_state, job_state, letter_state;
