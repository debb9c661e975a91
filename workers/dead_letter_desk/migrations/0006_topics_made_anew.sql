-- Up Migration

-- Which topics the index was read from: one that was deleted and made anew under its name has another id, and other records in the
-- same places.
create table topic_ids (
  topic text primary key,
  id text not null
);

-- Down Migration

drop table topic_ids;
