-- Up Migration

-- What was never asked of a letter before is in no row: the index is read anew from its topics.
truncate progress, causes, letter_states, letter_facts, counters, letter_hours, jobs, job_records, job_selections, actions, rejections;

-- The account at the provider, and what the provider calls its event.
alter table letter_facts
  add account text,
  add event_type text,
  -- Of several things in the record, which the letter is about, and how many there are.
  add item integer,
  add items integer;

drop view letters, letters_by_state;
create view letters as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms,
  f.account, f.event_type, f.item, f.items
from letter_states s join letter_facts f using (partition, "offset");

create view letters_by_state as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms,
  f.account, f.event_type, f.item, f.items
from letter_states s cross join lateral (
  select * from letter_facts f where f.partition = s.partition and f."offset" = s."offset" offset 0
) f;

-- Empty if the provider's webhook goes to no account.
alter table rejections add account text not null default '';
alter table rejections drop constraint rejections_pkey;
alter table rejections add primary key (provider, account, cause, detail, hour);

-- `unmapped_again`: a newer pointer stands for the same thing. `gone`: its raw record is not kept any more.
create type unmapped_state as enum ('open', 'sent', 'mapped', 'unmapped_again', 'dead', 'gone');

-- Webhooks that no mapping knew, by what they are of, with exact counts of each state.
create table unmapped_kinds (
  provider text not null,
  account text not null,
  type text not null,
  family text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  open bigint not null default 0,
  sent bigint not null default 0,
  mapped bigint not null default 0,
  unmapped_again bigint not null default 0,
  dead bigint not null default 0,
  gone bigint not null default 0,
  primary key (provider, account, type, family)
);

create table unmapped (
  partition integer not null,
  "offset" bigint not null,
  state unmapped_state not null default 'open',
  provider text not null,
  account text not null,
  type text not null,
  family text not null,
  -- Of the mapping that did not know it.
  mapping_version integer not null,
  -- When the intake took it; else when it was found to be unmapped.
  seen_at timestamptz not null,
  -- The raw record's: the payment.
  key text,
  -- The raw record that it points at, and of several things in that, which.
  source_topic text not null,
  source_partition integer not null,
  source_offset bigint not null,
  item integer,
  items integer,
  -- The raw record that the provider has sent.
  origin_topic text not null,
  origin_partition integer not null,
  origin_offset bigint not null,
  -- What a replay had sent again, if this came of one.
  replay_of_topic text,
  replay_of_partition integer,
  replay_of_offset bigint,
  replay_job uuid,
  replay_nth integer not null default 0,
  primary key (partition, "offset")
);
create index unmapped_of_kind on unmapped (provider, type, account) where state = 'open';
-- "Is it here already?"
create index unmapped_of_origin on unmapped (origin_topic, origin_partition, origin_offset);
-- "Which of a job's records are unmapped again?"
create index unmapped_of_job on unmapped (replay_job, replay_of_partition, replay_of_offset) where replay_job is not null;
-- "Which are not kept any more?"
create index unmapped_kept on unmapped (source_topic, source_partition, source_offset) where state = 'open';
-- "Is anything of this payment here?" Hash: a long id fits too.
create index unmapped_of_key on unmapped using hash (key);

alter type job_record_state add value 'unmapped_again';
alter table jobs add unmapped_again bigint not null default 0;

-- Down Migration

alter table jobs drop column unmapped_again;
update job_records set state = 'passed' where state::text = 'unmapped_again';
alter table job_records alter state drop default;
alter type job_record_state rename to job_record_state_of_0003;
create type job_record_state as enum ('selected', 'sent', 'passed', 'dead_again', 'passed_over');
alter table job_records alter state type job_record_state using state::text::job_record_state;
alter table job_records alter state set default 'selected';
drop type job_record_state_of_0003;
drop table unmapped, unmapped_kinds;
drop type unmapped_state;
truncate rejections;
alter table rejections drop constraint rejections_pkey;
alter table rejections drop column account;
alter table rejections add primary key (provider, cause, detail, hour);
drop view letters, letters_by_state;
alter table letter_facts drop column account, drop column event_type, drop column item, drop column items;
create view letters as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms
from letter_states s join letter_facts f using (partition, "offset");

create view letters_by_state as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms
from letter_states s cross join lateral (
  select * from letter_facts f where f.partition = s.partition and f."offset" = s."offset" offset 0
) f;
