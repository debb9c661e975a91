/**
 * One mechanism broken each, and the scenario that must fail for it. What no scenario notices is a
 * promise that nothing proves.
 *
 * @module
 */

export type Mutation = {
  /** Name of a scenario's file, without `.integration.test.ts`; its beginning is enough. */
  readonly scenario: string;
  /** What is broken, for a person. */
  readonly what: string;
  /** Relative to the repository's root. */
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
};

const worker = "infra/consumer";
const desk = "workers/dead_letter_desk";
const kafkajs = "infra/kafka/kafkajs";

const answersUnacknowledged = {
  what: "the intake answers before Kafka has acknowledged",
  file: "ingest/intake/receive.ts",
  find: "return publish(record).then(noRefusal, refusedByKafka);",
  replace:
    "publish(record).catch(() => {});\n  return Promise.resolve(undefined);",
};

const positionFirst = {
  what: "the position is committed before the transaction",
  file: `${worker}/committer.ts`,
  find: "        await sender.transact(",
  replace:
    "        await commitOffset(nextOffset);\n        await sender.transact(",
};

const positionBeforeRows = {
  what: "the position is committed before the rows are there",
  file: `${worker}/batch_processing.ts`,
  find: "const isHandled = await this.#handle();",
  replace:
    "await this.#batch.commitOffset(this.#batch.nextOffset);\n        const isHandled = await this.#handle();",
};

const anyProducer = {
  what: "the transactional id does not name the partition",
  file: "infra/kafka/transactional_id.ts",
  find: "return `${groupId}.",
  replace: "return `${crypto.randomUUID()}.${groupId}.",
};

const anyId = {
  what: "a worker writes by transactional ids that it has no right to",
  file: "infra/kafka/transactional_id.ts",
  find: "return `${transactionalIdPrefix(groupId, topic)}",
  replace: "return `any.${transactionalIdPrefix(groupId, topic)}",
};

const refusalUnread = {
  what: "a token that Kafka refuses counts as a login",
  file: `${kafkajs}/login.ts`,
  find: 'if (refusal === undefined || refusal === "") return;',
  replace: "if (refusal !== null) return;",
};

const refusalFailsTheRequest = {
  what: "a login that is refused fails the request it was for",
  file: `${kafkajs}/patches/refused_login.ts`,
  find: "if (!wasLoggedIn && !isToken) throw error;",
  replace: "if (isToken || !wasLoggedIn || error) throw error;",
};

const staleStart = {
  what: "the group's position is not read anew behind the fence",
  file: `${worker}/committer.ts`,
  find: "const committed = known ?? this.#group.beginningAt(startOffset);",
  replace: "const committed = this.#group.beginningAt(startOffset);",
};

const oneReplica = {
  what: "records have one replica",
  file: "infra/local/kafka/broker.ts",
  find: "const replicas = Math.min(size, 3);",
  replace: "const replicas = 1;",
};

const producersTime = {
  what: "topics keep the time that the producer says",
  file: "infra/operations/topics/topic_plan.ts",
  find: '"message.timestamp.type": "LogAppendTime"',
  replace: '"message.timestamp.type": "CreateTime"',
};

const absenceIsFatal = {
  what: "a database that does not answer ends the worker",
  file: "infra/runtime/postgres/database_errors.ts",
  find: "return new TransientError(`No answer",
  replace: "return new FatalError(`No answer",
};

export const mutations: readonly Mutation[] = [
  {
    scenario: "the_whole_topic_enriched_again_is_the_same_to_the_byte",
    what: "partitions are not waited for",
    file: "workers/enrichment/timeline/timeline.ts",
    find: "if (partitions.length > 0 || !mayFold) return false;",
    replace: "if (!mayFold) return false;",
  },
  {
    scenario: "kill_nine_of_enrichment",
    what:
      "a snapshot is taken for where the history ends, and not for what it has",
    file: "workers/enrichment/timeline/live_timeline.ts",
    find: "this.#past = this.#newPast(snapshot);",
    replace: "this.#past = this.#newPast();",
  },
  { scenario: "kill_nine_of_enrichment", ...positionFirst },
  {
    scenario: "eventflows_own_lag_raises_no_anomaly",
    what: "what the validator has not worked on counts as counted",
    file: "workers/sentinel/open_sentinel.ts",
    find: "      { topic: config.rawTopic, groupId: config.validatorGroup },\n",
    replace: "",
  },
  {
    scenario: "eventflows_own_lag_raises_no_anomaly",
    what: "minutes without heartbeats are judged as any others",
    file: "workers/sentinel/judge/judge.ts",
    find: "const isGap = this.#at > 0 && at - this.#at > gapMs;",
    replace: "const isGap = this.#at > 0 && at - this.#at > Infinity * gapMs;",
  },
  {
    scenario: "eventflows_own_lag_raises_no_anomaly",
    what: "no minute behind a gap is judged",
    file: "workers/sentinel/judge/judge.ts",
    find: "if (minute >= this.#voidFrom && minute < this.#voidTo) {",
    replace: "if (minute >= this.#voidFrom) {",
  },
  {
    scenario: "events_moved_to_days",
    what: "a statement for one table that is refused ends persistence",
    file: "workers/persistence/days/layout.ts",
    find: 'if (!isOfAnotherLayout(error) || layout === "by day") throw error;',
    replace: 'if (isOfAnotherLayout(error) || layout === "whole") throw error;',
  },
  {
    scenario: "events_moved_to_days",
    what: "the keys of a day are dropped with it",
    file: "workers/persistence/days/days.ts",
    find: "await sql`alter table events detach partition ${sql(table)}`;",
    replace:
      "await sql`delete from event_keys where stored_at < now() - interval '7 days'`;\n    await sql`alter table events detach partition ${sql(table)}`;",
  },
  {
    scenario: "events_moved_to_days",
    what: "what was dropped is not noted",
    file: "workers/persistence/days/days.ts",
    find: "where oid = ${table}::regclass",
    replace: "where oid = ${table}::regclass and false",
  },
  {
    scenario: "a_schema_that_grows",
    what: "readers know the types of events of their own version alone",
    file: "contracts/parse.ts",
    find: "LaterEvent.shape.event_type.safeParse(type).success",
    replace: 'LaterEvent.shape.event_type.safeParse("").success',
  },
  {
    scenario: "a_schema_that_grows",
    what: "an event is read and written anew before it is enriched",
    file: "workers/enrichment/handle.ts",
    find: "enrichedText(answer.text, answer.enriched)",
    replace:
      "enrichedText(JSON.stringify(JSON.parse(answer.text)), answer.enriched)",
  },
  {
    scenario: "enrichment_that_is_down_changes_nothing_else",
    what: "the audit expects of enrichment what it has not read",
    file: "infra/operations/audit/snapshot.ts",
    find: "Math.min(window.to, position)",
    replace:
      'Math.min(window.to, stage.group === "enrichmentGroup" ? window.to : position)',
  },
  { scenario: "kill_nine_of_the_enriched_writer", ...positionBeforeRows },
  {
    scenario: "kill_nine_of_the_enriched_writer",
    what: "the audit holds what was enriched against the table of events",
    file: "infra/operations/audit/stages.ts",
    find: 'table: "enriched_events"',
    replace: 'table: "events"',
  },
  { scenario: "kill_nine_of_all_services_at_once", ...positionFirst },
  {
    scenario: "why_webhooks_were_refused_is_recorded",
    what: "what was refused last is forgotten at a stop",
    file: "ingest/intake/rejections/recorder.ts",
    find: "    await this.examine();\n",
    replace: "",
  },
  {
    scenario: "why_webhooks_were_refused_is_recorded",
    what: "a signature is compared with that of the body that arrived alone",
    file: "ingest/intake/rejections/signed_request.ts",
    find: "of earlierBodies(body)",
    replace: "of earlierBodies(new Uint8Array())",
  },
  {
    scenario: "a_card_number_at_the_door",
    what: "what has a card number is taken in as it is",
    file: "ingest/intake/receive.ts",
    find:
      'if (cardData?.outcome === "refused") return refuseCardData(cardData);',
    replace: "",
  },
  {
    scenario: "a_card_number_at_the_door",
    what: "what is masked keeps its digits",
    file: "ingest/intake/card_numbers/clear_card_data.ts",
    find: "    mask(body, place);\n",
    replace: "",
  },
  {
    scenario: "a_card_number_at_the_door",
    what: "the beginning of a refused body is recorded whatever it has",
    file: "ingest/intake/rejections/rejected_record.ts",
    find:
      "  if (mayHaveCardData(body)) return { is_withheld: true as const };\n",
    replace: "",
  },
  {
    scenario: "kill_nine_of_the_desk_and_of_workers",
    what: "a desk that starts again takes no note of what was sent before",
    file: `${desk}/jobs/job_runner.ts`,
    find: "if (!isResumed) await run.resume();",
    replace: "",
  },
  {
    scenario: "letters_of_a_payment_are_replayed_in_the_order",
    what: "letters of a payment go in the order of their topic",
    file: `${desk}/index/action_fold.ts`,
    find: "slot.nth_place = mine.nth_origin",
    replace: "slot.nth_place = mine.nth_place",
  },
  {
    scenario: "a_job_ends_as_its_dry_run_said",
    what: "a dead letter of a replay is for whom the replay was",
    file: `${worker}/dead_letter.ts`,
    find: "record.headers.filter(({ name }) => name !== headers.replayFor)",
    replace: "record.headers",
  },
  {
    scenario: "an_action_that_was_forged_altered_or_removed",
    what:
      "the audit takes an action for the one that the next was written after",
    file: "infra/operations/audit/chain_audit.ts",
    find: "this.#last.find(({ link }) => link === previous)",
    replace: "this.#last.at(0)",
  },
  {
    scenario: "unmapped_webhooks_are_kept",
    what: "a replay of one of several things does not say which",
    file: `${desk}/jobs/replay_record.ts`,
    find: "...part === undefined",
    replace: "...part !== null",
  },
  {
    scenario: "an_emptied_index_of_dead_letters",
    what: "an empty index begins where the group is",
    file: `${desk}/index/index_letters.ts`,
    find: "from: Math.max(reached.get(partition) ?? 0,",
    replace: "from: Math.max(reached.get(partition) ?? to,",
  },
  {
    scenario: "a_dead_letter_topic_made_anew",
    what: "a topic that was made anew is taken for the former one",
    file: `${desk}/index/made_anew.ts`,
    find: "if (known?.id === id) return;",
    replace: "if (known !== undefined) return;",
  },
  {
    scenario: "a_payment_is_one_trace",
    what: "what is forwarded names the span that its record came from",
    file: `${worker}/batch_processing.ts`,
    find: "this.#trace?.passedOn(record, output) ?? output",
    replace: "this.#trace === undefined ? output : output",
  },
  {
    scenario: "a_payment_is_one_trace",
    what: "a stop waits for a receiver of traces that hangs",
    file: "infra/runtime/lifecycle.ts",
    find: "tracing?.close(Math.min(TRACES_WITHIN_MS, leftMs / 2));",
    replace: "tracing?.close(60_000);",
  },
  {
    scenario: "partitions_added_while_running",
    what: "a partition that is nobody's makes nobody join again",
    file: `${worker}/ownership.ts`,
    find: "    rejoin(reason);",
    replace: "    void rejoin;",
  },
  { scenario: "services_with_their_own_rights_alone", ...anyId },
  { scenario: "who_cannot_prove_who_they_are_to_kafka", ...refusalUnread },
  {
    scenario: "a_role_whose_credentials_rotate",
    ...refusalFailsTheRequest,
  },
  { scenario: "kill_nine_of_the_intake", ...answersUnacknowledged },
  { scenario: "kill_nine_of_the_validator", ...positionFirst },
  { scenario: "kill_nine_of_persistence", ...positionBeforeRows },
  {
    scenario: "kill_nine_of_analytics",
    what: "each process is a group of its own",
    file: "workers/analytics/main.ts",
    find: "...works.analytics(config),",
    replace:
      "...works.analytics(config),\n      groupId: `${config.groupId}-${crypto.randomUUID()}`,",
  },
  {
    scenario: "an_upgrade_beside_the_release_before",
    what: "a migration takes away what the release before writes",
    file: "workers/persistence/migrations/0006_create_enriched_events.sql",
    find: "create table enriched_events (",
    replace:
      "alter table events rename column source to of_source;\ncreate table enriched_events (",
  },
  {
    scenario: "an_upgrade_beside_the_release_before",
    what: "this version's workers are a group of their own",
    file: "workers/validator/main.ts",
    find: "...works.validator(config),",
    replace:
      "...works.validator(config),\n      groupId: `${config.groupId}-2`,",
  },
  {
    scenario: "a_database_restored_from_a_backup",
    what: "of a group's partitions one alone goes back",
    file: "infra/operations/positions/positions.ts",
    find: "for (const standing of standings) {",
    replace: "for (const standing of standings.slice(0, 1)) {",
  },
  {
    scenario: "kill_nine_of_a_writer_of_the_history",
    what: "the headers of a record are left out of its row",
    file: "infra/operations/history/connector.ts",
    find: "column: columns.key }, ...headerColumns]",
    replace: "column: columns.key }]",
  },
  {
    scenario: "kill_nine_of_a_writer_of_the_history",
    what:
      "the audit does not ask the history for what topics have not any more",
    file: "infra/operations/audit/main.ts",
    find: "kafka: past ?? kafka,",
    replace: "kafka,",
  },
  {
    scenario: "a_cluster_rebuilt_from_the_history",
    what: "a rebuild that is run again begins anew",
    file: "infra/operations/history/rebuild.ts",
    find: "const from = position?.nextOffset ?? 0;",
    replace: "const from = position === undefined ? 0 : 0;",
  },
  {
    scenario: "kill_nine_of_the_sentinel",
    what: "no event is taken for one that is told again",
    file: "workers/sentinel/counts/count_batch.ts",
    find: "ids.isRepeated(event_id, record.offset),",
    replace: "ids.known < record.offset,",
  },
  {
    scenario: "a_lone_broker_killed_amid_transactions",
    what: "an end that Kafka has forgotten is not told again",
    file: "infra/kafka/kafkajs/transactions/transactional_sender.ts",
    find: "return await endForgotten(newKafka, retry, transactionalId, scope);",
    replace: "return await Promise.resolve(undefined);",
  },
  { scenario: "a_paused_validator_that_wakes_up", ...anyProducer },
  { scenario: "a_paused_validator_that_wakes_up", ...staleStart },
  { scenario: "a_second_validator_that_joins_and_leaves", ...staleStart },
  {
    scenario: "sigterm_mid_batch",
    what: "a processor does not wait for its batch in hand",
    file: `${worker}/partition_processor.ts`,
    find: "    await this.#working;\n    this.#deps.events.ended();",
    replace: "    this.#deps.events.ended();",
  },
  {
    scenario: "sigterm_of_the_intake",
    what: "requests under way are not waited for",
    file: "ingest/http/http_server.ts",
    find: '      phase = "last call";',
    replace: "      if (inFlight >= 0) return void listener.close();",
  },
  {
    scenario: "webhooks_of_several_facts",
    what: "facts do not say which of several things they are",
    file: `${worker}/output.ts`,
    find: "madeOf(outcome, { item, items: one.items })",
    replace: "madeOf(outcome)",
  },
  {
    scenario: "a_planted_mapping_bug",
    what: "facts do not say the version of their mapping",
    file: "workers/validator/mapped_outcome.ts",
    find: "  kept.push(header(names.mappingVersion, `${version}`));\n",
    replace: "",
  },
  {
    scenario: "a_secret_is_rolled_under_load",
    what: "the first of several secrets alone counts",
    file: "ingest/intake/providers/stripe/scheme.ts",
    find: "keys: secrets,",
    replace: "keys: secrets.slice(0, 1),",
  },
  {
    scenario: "a_replay_for_one_service",
    what: "what is meant for another service is worked on",
    file: "infra/consumer/replay.ts",
    find: "return addressee === undefined || addressee === service;",
    replace: "return true;",
  },
  {
    scenario: "a_replay_for_one_service",
    what: "what a service forwards of its replay stays its own",
    file: "infra/kafka/source_header.ts",
    find: "  headers.replayFor,\n",
    replace: "",
  },
  {
    scenario: "a_payments_last_state_is_of_its_latest_origin",
    what: "a replay counts as what came last",
    file: "infra/kafka/origin.ts",
    find: "return coordinatesInHeader(all, headers.origin) ??",
    replace: "return",
  },
  {
    scenario: "a_payments_last_state_is_of_its_latest_origin",
    what: "whatever comes in is applied",
    file: "workers/persistence/migrations/0004_supersede_events.sql",
    find:
      "then excluded.origin_offset > applied.origin_offset\n    -- One origin of",
    replace: "then true\n    -- One origin of",
  },
  {
    scenario: "a_provider_whose_clock_is_off",
    what: "the tolerance counts on one side only",
    file: "ingest/intake/providers/payment_provider/payment_provider.ts",
    find: "Math.abs(nowMs / 1000 - signedAt)",
    replace: "nowMs / 1000 - signedAt",
  },
  {
    scenario: "webhooks_of_every_provider",
    what: "what is done to a payment at Adyen is kept by its own reference",
    file: "ingest/intake/providers/adyen/adyen.ts",
    find:
      'itemText(event, "originalReference") ?? itemText(event, "pspReference")',
    replace: 'itemText(event, "pspReference")',
  },
  { scenario: "services_whose_clocks_are_hours_apart", ...producersTime },
  { scenario: "times_far_in_the_past_and_future", ...producersTime },
  {
    scenario: "odd_records_end_as",
    what: "how deep an event nests is not looked at",
    file: "contracts/parse.ts",
    find: "  if (isTooDeep(json.text)) return tooDeep();\n",
    replace: "",
  },
  {
    scenario: "a_bug_that_hits_every_key",
    what: "no failure is taken for an outage",
    file: `${worker}/outage_rule.ts`,
    find: "keys.size >= this.#afterKeys",
    replace: "keys.size >= Infinity",
  },
  {
    scenario: "payments_the_database_refuses_in_a_row",
    what: "errors of the content are taken for an outage",
    file: `${worker}/outage_rule.ts`,
    find: "this.#afterKeys === 0 || error instanceof PoisonError",
    replace: "this.#afterKeys === 0",
  },
  {
    scenario: "odd_records_end_as",
    what: "what not every reader can hold is not looked for",
    file: "contracts/portable_json.ts",
    find: "isSurelyPlain(json, value) || isSurelyPortable(json, value)",
    replace: "isSurelyPlain(json, value) || json.length > 0",
  },
  {
    scenario: "odd_records_end_as",
    what: "an event of the usual form may have any number",
    file: "contracts/usual.ts",
    find:
      "inclusive ? (number) => number <= bound : (number) => number < bound",
    replace: "() => true",
  },
  {
    scenario: "odd_records_end_as",
    what: "whatever is an object has the usual form of one",
    file: "contracts/usual.ts",
    find:
      "for (const [key, form] of fields) if (!form(value[key])) return false;",
    replace: "",
  },
  {
    scenario: "one_key_that_brings_out_a_bug",
    what: "records count in place of keys",
    file: `${worker}/outage_rule.ts`,
    find: "return key === null",
    replace: "return key === null || key.length > 0",
  },
  {
    scenario: "a_cap_on_dead_letters",
    what: "the cap lets everything pass",
    file: `${worker}/dead_letter_cap.ts`,
    find: "if (this.#balance > 0) {",
    replace: "if (this.#balance > -Infinity) {",
  },
  {
    scenario: "a_payment_too_large_to_go_on",
    what: "what is too large is tried again as if Kafka were away",
    file: `${worker}/batch_processing.ts`,
    find: "const smaller = tooLarge.smaller(all, error);",
    replace:
      "const smaller = error === null ? tooLarge.smaller(all, error) : undefined;",
  },
  {
    scenario: "a_dead_letter_topic_that_cannot_be_written",
    what: "a batch whose output cannot be written is passed over",
    file: `${worker}/committer.ts`,
    find: "      await this.close();\n      throw error;",
    replace: "      await commitOffset(nextOffset);",
  },
  {
    scenario: "a_position_past_the_logs_end",
    what: "a refused position is forgotten with the process",
    file: `${worker}/group_position.ts`,
    find:
      "      await commitOffset(nextOffset, writeNote({ ...readNote(note), refused }));",
    replace:
      "      await commitOffset(nextOffset, writeNote(readNote(note)) + refused);",
  },
  {
    scenario: "a_deadlock_is_tried_again",
    what: "a deadlock is the record's fault",
    file: "infra/runtime/postgres/database_errors.ts",
    find: "/^(22|23|54)/",
    replace: "/^(22|23|40|54)/",
  },
  {
    scenario: "a_full_connection_limit",
    what: "a full server ends the worker",
    file: "infra/runtime/postgres/database_errors.ts",
    find: 'if (state.startsWith("28")) {',
    replace: 'if (state.startsWith("28") || state.startsWith("53")) {',
  },
  { scenario: "postgres_restarted_under_load", ...absenceIsFatal },
  { scenario: "postgres_away_for_a_minute", ...absenceIsFatal },
  {
    scenario: "a_group_nobody_works_for",
    what: "what has been read is not looked at from the group's position on",
    file: "workers/observer/unfinished_records.ts",
    find: "if (segment.to <= position) continue;",
    replace: "",
  },
  {
    scenario: "a_broker_that_is_away",
    what: "what was last seen stays when Kafka does not answer",
    file: "workers/observer/metrics.ts",
    find: "      reachable.set(0, {});\n      forget();",
    replace: "",
  },
  {
    scenario: "a_poison_record_amid_a_batch",
    what: "a batch that fails is dead-lettered whole",
    file: `${worker}/isolate.ts`,
    find: "if (record !== undefined && another === undefined) {",
    replace: `if (another !== undefined) {
      return records.map(() => ({ kind: "dead-letter", rejection: rejectionOf(error) }));
    }
    if (record !== undefined) {`,
  },
  {
    scenario: "ten_thousand_poison_records_in_a_row",
    what: "of a batch, the first hundred outcomes are written",
    file: `${worker}/batch_processing.ts`,
    find: "return (this.#results ?? []).map((result) => {",
    replace: "return (this.#results ?? []).slice(0, 100).map((result) => {",
  },
  {
    scenario: "a_handler_slower_than_the_session",
    what: "heartbeats are further apart than the session is long",
    file: "infra/kafka/kafkajs/consuming/consumer.ts",
    find: "heartbeatInterval: 1_500,",
    replace: "heartbeatInterval: 60_000,",
  },
  {
    scenario: "a_handler_that_never_returns",
    what: "the watchdog never ends the process",
    file: `${worker}/watchdog.ts`,
    find: "mustExit: forMs >= this.#exitMs,",
    replace: "mustExit: forMs >= Infinity,",
  },
  {
    scenario: "a_stopped_broker",
    what: "a record that Kafka did not take is an error of the intake's own",
    file: "ingest/intake/receive.ts",
    find:
      "const refusedByKafka = (cause: unknown) => refuse(refusalFor(cause), cause);",
    replace:
      'const refusedByKafka = (cause: unknown) => {\n  const refusal = refusalFor(cause);\n  if (refusal !== "queue_full") throw cause;\n  return refuse(refusal, cause);\n};',
  },
  {
    scenario: "a_broker_away_for_a_minute",
    what: "a consumer that ends is not started anew",
    file: `${kafkajs}/errors.ts`,
    find: "if (!(error instanceof Error)) return false;",
    replace:
      'if (!(error instanceof Error) || error.name !== "") return false;',
  },
  {
    scenario: "a_broker_at_an_ipv6_address",
    what: "kafkajs is left to read IPv6 addresses itself",
    file: `${kafkajs}/client.ts`,
    find: "brokers: config.bootstrapServers.map(withoutColons),",
    replace: "brokers: [...config.bootstrapServers],",
  },
  {
    scenario: "a_transaction_that_somebody_left_open",
    what: "lag counts what can be read alone",
    file: "workers/observer/observer.ts",
    find: "const ends = await admin.highWatermarks(topic);",
    replace: "const ends = readable;",
  },
  { scenario: "a_broker_that_hangs", ...answersUnacknowledged },
  { scenario: "three_brokers_lose_a_partition_leader", ...oneReplica },
  {
    scenario: "leaders_that_move_again_and_again",
    what: "what a former leader refuses counts as written",
    file: "infra/kafka/kafkajs/producing/partition_writer.ts",
    find: "if (error !== undefined) failed.set(batch, error);",
    replace: "",
  },
  { scenario: "a_full_disk_on_one_of_three_brokers", ...oneReplica },
  {
    scenario: "batches_of_every_codec",
    what: "zstd is not read",
    file: "infra/kafka/kafkajs/consuming/compression/decompress.ts",
    find: '  { name: "zstd", decompress: decompressZstd },\n',
    replace: "",
  },
  {
    scenario: "a_damaged_batch",
    what: "the checksum of a batch is not checked",
    file: "infra/kafka/kafkajs/consuming/fetched_batch.ts",
    find: "if (stated !== found) {",
    replace: "if (stated < 0) {",
  },
  {
    scenario: "two_thousand_webhooks",
    what: "records are keyed by event, not by payment",
    file: "ingest/intake/raw_record.ts",
    find: "return nonBlank(payload.payment_id) ?? nonBlank(event.event_id);",
    replace: "return nonBlank(event.event_id) ?? nonBlank(payload.payment_id);",
  },
  {
    scenario: "a_database_that_cannot_prove",
    what: "a database's certificate may be for another host",
    file: "infra/runtime/database_connection.ts",
    find: ": checkServerIdentity(host, certificate),",
    replace: ": undefined,",
  },
  {
    scenario: "a_database_that_cannot_prove",
    what: "a database's certificate may be of any authority",
    file: "infra/runtime/database_connection.ts",
    find: "    rejectUnauthorized: true,",
    replace: "    rejectUnauthorized: false,",
  },
  {
    scenario: "a_payment_handed_in_again",
    what: "an event's id does not follow from its key",
    file: "ingest/intake/recent_keys.ts",
    find: "if (key === undefined) return randomUUID();",
    replace: "if (key !== paymentId) return randomUUID();",
  },
  {
    scenario: "a_team_that_ran_the_earlier_services",
    what: "an adopted payload is held against keys that it never had",
    file: "workers/persistence/event_store.ts",
    find: "else stored.payload <@ (event->'payload') end as payload",
    replace: "else stored.payload = event->'payload' end as payload",
  },
  {
    scenario: "a_team_that_ran_the_earlier_services",
    what: "the first run of migrate adopts at once",
    file: "workers/persistence/migrate.ts",
    find: "if (hasEarlierTable && !adopt) {",
    replace: "if (hasEarlierTable && adopt) {",
  },
];
