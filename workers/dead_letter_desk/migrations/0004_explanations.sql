-- Explanations are found again by what they are of, and what models took today is summed. Both are read from the actions.

-- Up Migration

alter table actions
  add fingerprint text generated always as (what->>'fingerprint') stored,
  add call text generated always as (what->>'call') stored;
create index explanations on actions (fingerprint, number) where kind = 'explained';
create index ends_of_calls on actions (call) where kind = 'explained';
create index explanations_of_causes on actions (cause, number) where kind = 'explained';
create index calls_of_models on actions (at) where kind = 'explain';

-- Down Migration

drop index explanations, explanations_of_causes, ends_of_calls, calls_of_models;
alter table actions drop fingerprint, drop call;
