/**
 * Writes the records of the history into the topics of another cluster, each once, as the one that they were in is gone.
 *
 * A log that is made anew has other offsets. So its topics have names that no topic had before: whatever names a record by topic,
 * partition and offset (headers, dead letters, rows) goes on to mean the log that is gone, and is never taken for the new one.
 *
 * @module
 */
import { hostname, userInfo } from "node:os";
import {
  type ConsumerName,
  consumerNames,
  consumers,
  services,
} from "#contracts/services.ts";
import { headers } from "#contracts/headers.ts";
import {
  type TopicId,
  topicIds,
  topics as contracts,
} from "#contracts/topics.ts";
import type { groupSettings } from "#kafka/group_settings.ts";
import { headerText } from "#kafka/headers.ts";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { transactionalIdOf } from "#kafka/transactional_id.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { applyDecision } from "../positions/decision.ts";
import type { History } from "./history.ts";
import { firstOffsets, readRecords } from "./records.ts";
import { headerColumns, type KeptTopic, keptTopics, tables } from "./tables.ts";

/** Its position in a partition of a new topic is how far that partition of the history is written: it moves with the records. */
const GROUP = "eventflow-history-rebuild";

/** A transaction has at most so many records, or bytes of values. */
const MOST_RECORDS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Who works what was rebuilt from its beginning: rows are made once, whatever is told again, and the desk has its index anew.
 * All others go on behind it: what they made is rebuilt itself, or was never meant to be made twice.
 */
const beginners: readonly ConsumerName[] = [
  "persistence",
  "enriched_writer",
  "dead_letter_desk",
];

/** Whose dead letters are left out: they come again, as those services work their topics from the beginning. */
const writersOfRows: ReadonlySet<string> = new Set([
  services.persistence,
  services.enriched_writer,
]);

export type RebuildOptions = {
  readonly kafka: KafkaClient;
  readonly history: History;
  /** What topics and groups are called on the new cluster. */
  readonly topics: Readonly<Record<TopicId, string>>;
  readonly groups: Readonly<Record<keyof typeof groupSettings, string>>;
  /** Whether it is done; else it is only said. */
  readonly apply: boolean;
  readonly say: (line: string) => void;
};

/**
 * Says what is to be written, and with `apply` writes it. Whoever was killed at it goes on where it was.
 *
 * @throws {StartError} if a name was in use before, or a topic is not there, has too few partitions, or has records of others
 */
export async function rebuild(options: RebuildOptions): Promise<void> {
  const { kafka, history, topics, apply, say } = options;
  if (history.tables.size === 0) {
    throw new StartError(
      "The history has no record, so there is nothing to rebuild: set EVENTFLOW_HISTORY_CATALOG_URL to the catalog of the cluster that is gone.",
      { exitCode: exitCodes.config },
    );
  }
  await refuseFormerNames(history, topics);
  const logs = await formerLogs(history);
  const admin = await kafka.admin();
  try {
    for (const log of logs) await checkTarget(options, admin, log);
    for (const log of logs) {
      const { id } = log;
      const written = { before: 0, now: 0, leftOut: 0 };
      for (const partition of log.partitions) {
        await rebuildPartition(options, admin, { ...log, partition, written });
      }
      const { before, now, leftOut } = written;
      say(
        `${topics[id]}: ${now} records ${
          apply ? "written" : "would be written"
        }, ${before} were there, ${leftOut} are left out${
          id === "deadLetters"
            ? `: those of ${[...writersOfRows].join(" and ")} come again`
            : ""
        }`,
      );
    }
    for (const name of consumerNames) {
      await passOver(options, admin, name);
    }
    say(
      apply
        ? "Rebuilt: start the services."
        : "Nothing was changed: --apply does it.",
    );
  } finally {
    await admin.close();
  }
}

/** @throws {StartError} if a topic is called as one that records of the history were in, or name */
async function refuseFormerNames(
  { connection, tables: present }: History,
  topics: Readonly<Record<TopicId, string>>,
): Promise<void> {
  const columns = [headers.source, headers.origin, headers.replayOf]
    .map(columnOf);
  const former = new Set<string>();
  for (const id of present.keys()) {
    const named = [
      "topic",
      ...columns.map((name) => `split_part(${name}, '/', 1)`),
    ];
    for (const name of named) {
      const found = await connection.runAndReadAll(
        `select distinct ${name} from ${tables[id]} where ${name} is not null`,
      );
      for (const [topic] of found.getRows()) former.add(String(topic));
    }
  }
  const again = topicIds.filter((id) => former.has(topics[id]));
  if (again.length === 0) return;
  throw new StartError(
    `${
      again.map((id) => topics[id]).join(", ")
    } is what a topic was called of which the history has records, and what names a record of that one must not be taken for another: give it a name that none had before by ${
      again.map((id) => contracts[id].env).join(", ")
    }.`,
    { exitCode: exitCodes.config },
  );
}

function columnOf(header: string): string {
  return headerColumns.find((one) => one.header === header)?.column ?? "null";
}

/** A topic that is gone, of which the history has records. */
type FormerLog = {
  readonly id: KeptTopic;
  readonly name: string;
  readonly partitions: readonly number[];
};

/** @throws {StartError} if a table has records of several topics, of which each has a first offset of its own */
async function formerLogs(history: History): Promise<FormerLog[]> {
  const logs: FormerLog[] = [];
  for (const id of history.tables.keys()) {
    const found = await history.connection.runAndReadAll(
      `select distinct topic from ${tables[id]} order by topic`,
    );
    const [name, ...others] = found.getRows().map(([topic]) => String(topic));
    if (name === undefined) continue;
    if (others.length > 0) {
      throw new StartError(
        `The history has records of ${
          [name, ...others].join(" and ")
        } in one table, and only one log can be made anew of it: each cluster's history needs a catalog of its own.`,
      );
    }
    const firsts = await firstOffsets(history, id, { topic: name });
    logs.push({ id, name, partitions: [...firsts.keys()] });
  }
  return logs;
}

/** @throws {StartError} if it cannot take what the history has */
async function checkTarget(
  { kafka, topics }: RebuildOptions,
  admin: KafkaAdmin,
  { id, partitions }: FormerLog,
): Promise<void> {
  const topic = topics[id];
  const [found] = await admin.topics([topic]);
  if (found === undefined) {
    throw new StartError(
      `There is no topic ${topic}: "deno task topics --apply" creates it.`,
    );
  }
  const needed = Math.max(...partitions) + 1;
  if (found.partitions < needed) {
    throw new StartError(
      `${topic} has ${found.partitions} partitions, and its history ${needed}: create it with ${needed}.`,
    );
  }
  if ((await admin.positions(GROUP, topic)).size > 0) return;
  const ranges = [...await admin.endOffsets(topic)]
    .map(([partition, to]) => ({ partition, from: 0, to }));
  for await (const { records } of kafka.read({ topic, ranges })) {
    if (records.length === 0) continue;
    throw new StartError(
      `${topic} has records that were not rebuilt from the history: rebuild into an empty topic, before any service is started.`,
    );
  }
}

async function rebuildPartition(
  { kafka, history, topics, apply }: RebuildOptions,
  admin: KafkaAdmin,
  { id, name, partition, written }: FormerLog & {
    readonly partition: number;
    readonly written: { before: number; now: number; leftOut: number };
  },
): Promise<void> {
  const topic = topics[id];
  // Whoever was at it is fenced first, so that the position that is read is the last one.
  const sender = apply
    ? await kafka.openTransactional(
      transactionalIdOf(GROUP, topic, partition),
      { groupId: GROUP, topics: [topic] },
    )
    : undefined;
  try {
    const position = await admin.position(GROUP, topic, partition);
    const from = position?.nextOffset ?? 0;
    const all = {
      topic: name,
      partition,
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
    };
    for await (const records of readRecords(history, id, all)) {
      const isDone = ({ offset }: ReceivedRecord) => offset < from;
      written.before += records.filter(isDone).filter(isRebuilt).length;
      for (
        const some of transactionsOf(records.filter((one) => !isDone(one)))
      ) {
        const kept = some.filter(isRebuilt);
        const nextOffset = (some.at(-1)?.offset ?? 0) + 1;
        await sender?.transact(
          kept.map(({ key, value, headers }) => ({
            topic,
            key,
            value,
            headers,
          })),
          GROUP,
          { topic, partition, nextOffset },
        );
        written.now += kept.length;
        written.leftOut += some.length - kept.length;
      }
    }
  } finally {
    await sender?.close();
  }
}

function isRebuilt({ headers: own }: ReceivedRecord): boolean {
  return !writersOfRows.has(headerText(own, headers.failedService) ?? "");
}

/** Records in their order, so many together as one transaction takes. */
function* transactionsOf(
  records: readonly ReceivedRecord[],
): Generator<ReceivedRecord[]> {
  let some: ReceivedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.value?.length ?? 0;
    const isFull = some.length === MOST_RECORDS || bytes + size > MOST_BYTES;
    if (isFull && some.length > 0) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(record);
    bytes += size;
  }
  if (some.length > 0) yield some;
}

/** Has the group of whoever is no beginner go on behind what was rebuilt, unless it has begun. */
async function passOver(
  { kafka, topics, groups, apply, say }: RebuildOptions,
  admin: KafkaAdmin,
  name: ConsumerName,
): Promise<void> {
  const id = keptTopics.find((one) => one === consumers[name].reads);
  if (id === undefined) return;
  const [group, topic] = [groups[`${name}Group`], topics[id]];
  if (beginners.includes(name)) {
    say(`${group} is to work ${topic} from its beginning`);
    return;
  }
  say(`${group} is to go on behind what is rebuilt of ${topic}`);
  if (!apply) return;
  const known = await admin.positions(group, topic);
  const outputs = consumers[name].writes.map((output) => topics[output]);
  for (const [partition, to] of await admin.endOffsets(topic)) {
    if (known.has(partition)) continue;
    const log = await admin.logAround(topic, partition, to);
    await applyDecision(
      { kafka, admin, outputTopics: [...outputs, topics.deadLetters] },
      { group, topic, partition, committed: undefined, log },
      { from: undefined, to, isCertain: true },
      {
        by: `${userInfo().username}@${hostname()}`,
        at: new Date().toISOString(),
        reason: "what is before was rebuilt from the history",
      },
    );
  }
}
