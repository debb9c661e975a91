-- Up Migration

-- What a letter says never changes; what becomes of it does, twice or more often for each letter of a replay. In a table of
-- its own a change writes a short row and three entries of indexes, in place of a long row and seven.
create table letter_states (
  partition integer not null,
  "offset" bigint not null,
  cause text not null references causes,
  state letter_state not null default 'open',
  primary key (partition, "offset")
);
insert into letter_states (partition, "offset", cause, state)
select partition, "offset", cause, state from letters;

alter table letters rename to letter_facts;
alter table letter_facts drop column cause, drop column state;
alter index letters_pkey rename to letter_facts_pkey;

-- A cause's letters, the newest first.
create index letters_of_cause on letter_states (cause, state, "offset" desc, partition desc);
-- The newest of all.
create index letters_newest on letter_states (state, "offset" desc, partition desc);

create view letters as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms
from letter_states s join letter_facts f using (partition, "offset");

-- The same, for the newest of a state or of a cause: states are gone through in order, and of each what it says is looked up.
-- Left to choose, PostgreSQL reads all letters while it has not counted them.
create view letters_by_state as
select s.partition, s."offset", s.cause, s.state,
  f.failed_at, f.source_topic, f.source_partition, f.source_offset, f.origin_topic, f.origin_partition, f.origin_offset,
  f.replay_of_topic, f.replay_of_partition, f.replay_of_offset, f.replay_job, f.replay_nth,
  f.event_id, f.payment_id, f.amount, f.currency, f.attempts, f.bytes, f.terms
from letter_states s cross join lateral (
  select * from letter_facts f where f.partition = s.partition and f."offset" = s."offset" offset 0
) f;

-- Of a job's records the state is in no index, so that a change of it writes none. They are sent in the order of their
-- places: before `next_place` none is left.
alter table jobs add next_place bigint not null default 1;
update jobs set next_place = coalesce(
  (select min(place) from job_records where job = jobs.id and state = 'selected'), selected + 1
);
drop index job_records_to_do;
create index job_records_in_order on job_records (job, place);
-- Room for the next version of each row beside it.
alter table job_records set (fillfactor = 50);
alter table job_records alter place drop default;

-- What a job is to be about, until its plan says in which order.
create table job_selections (
  job uuid not null,
  partition integer not null,
  first bigint not null,
  last bigint not null,
  primary key (job, partition, first)
);

-- Down Migration

drop table job_selections;
alter table job_records alter place set default 0;
drop index job_records_in_order;
create index job_records_to_do on job_records (job, state, place);
alter table job_records reset (fillfactor);
alter table jobs drop column next_place;
drop view letters, letters_by_state;
alter table letter_facts rename to letters;
alter index letter_facts_pkey rename to letters_pkey;
alter table letters add cause text references causes, add state letter_state not null default 'open';
update letters l set cause = s.cause, state = s.state
from letter_states s where s.partition = l.partition and s."offset" = l."offset";
alter table letters alter cause set not null;
drop table letter_states;
create index letters_of_cause on letters (cause, state, "offset" desc, partition desc);
create index letters_newest on letters (state, "offset" desc, partition desc);
