import process from "node:process";
import postgres from "postgres";
import { sleep } from "#runtime/backoff.ts";
import { readConfig } from "#runtime/config.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { connectionSettings, topicSettings } from "#kafka/settings.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { silentLog } from "#runtime/log.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { residentBytes } from "#processes/process_table.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import type { ServiceEnvironment } from "#local/service_jobs.ts";
import {
  type GroupName,
  groupNames,
  type GroupSample,
  isFinished,
  type ProcessSample,
  type Sample,
} from "./sample.ts";
import type { Target } from "./schedule.ts";

const EVERY_MS = 1_000;
/** Less than the time between two samples, so that one does not delay the next. */
const ANSWER_WITHIN_MS = 900;

export type Sampler = AsyncDisposable & {
  readonly samples: readonly Sample[];
  /** Groups that have not finished everything written, whether it can be read yet or not. */
  unfinished(): Promise<GroupName[]>;
  countRows(): Promise<number>;
};

/**
 * Looks at everything once a second, until it is disposed of.
 *
 * @param clock seconds since the load began
 * @param accepted webhooks answered with a 202 so far
 */
export async function startSampler(
  { env, supervisor, targets, clock, accepted }: {
    env: ServiceEnvironment;
    supervisor: Supervisor;
    /** Whose memory is looked at. */
    targets: readonly Target[];
    clock: () => number;
    accepted: () => number;
  },
): Promise<Sampler> {
  const config = readConfig(
    "the soak",
    { ...connectionSettings, ...topicSettings, ...groupSettings },
    { ...process.env, ...env },
  );
  const admin = await createKafkaClient({
    config,
    clientId: "eventflow-soak",
    log: silentLog(),
  }).admin();
  const sql = postgres(roleUrl(env.EVENTFLOW_DB_URL ?? "", "reader"), {
    max: 1,
    connect_timeout: 2,
    onnotice: () => {},
  });

  const groups = {
    validator: { id: config.validatorGroup, topic: config.rawTopic },
    analytics: { id: config.analyticsGroup, topic: config.validatedTopic },
    persistence: { id: config.persistenceGroup, topic: config.validatedTopic },
  };
  const look = async (
    endsOf: (topic: string) => ReturnType<KafkaAdmin["endOffsets"]>,
  ) => {
    const raw = await endsOf(config.rawTopic);
    const validated = await endsOf(config.validatedTopic);
    const group = async (name: GroupName): Promise<GroupSample> => {
      const { id, topic } = groups[name];
      const positions = await admin.positions(id, topic);
      const ends = topic === config.rawTopic ? raw : validated;
      const partitions = [...ends.keys()].sort((a, b) => a - b);
      return {
        ends: partitions.map((partition) => ends.get(partition) ?? 0),
        positions: partitions.map((partition) => positions.get(partition) ?? 0),
      };
    };
    const [validator, analytics, persistence] = await Promise.all([
      group("validator"),
      group("analytics"),
      group("persistence"),
    ]);
    return { validator, analytics, persistence };
  };
  const askGroups = patiently(() => look(admin.endOffsets));
  const countRows = async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from events`;
    return row?.count ?? 0;
  };
  const askRows = patiently(countRows);

  const stopping = new AbortController();
  const samples: Sample[] = [];
  const watch = async () => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      const [groups, rows, processes] = await Promise.all([
        askGroups(),
        askRows(),
        processesOf(supervisor, targets),
      ]);
      samples.push({
        seconds: clock(),
        accepted: accepted(),
        rows,
        groups,
        processes,
      });
      const leftMs = EVERY_MS - (performance.now() - began);
      await sleep(Math.max(0, leftMs), stopping.signal);
    }
  };
  const watching = watch();
  return {
    samples,
    async unfinished() {
      const groups = await look(admin.highWatermarks);
      return groupNames.filter((name) => !isFinished(groups[name]));
    },
    countRows,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await watching;
      await admin.close();
      await sql.end({ timeout: 1 });
    },
  };
}

async function processesOf(
  supervisor: Supervisor,
  targets: readonly Target[],
): Promise<Partial<Record<Target, ProcessSample>>> {
  const found = await Promise.all(targets.map(async (name) => {
    const pid = (await supervisor.child(name))?.pid;
    const bytes = pid && residentBytes(pid);
    return pid && bytes ? [[name, { pid, bytes }] as const] : [];
  }));
  return Object.fromEntries(found.flat());
}

/**
 * Asks a question that may take long: waits for its answer until the next sample is due, and asks no
 * other before it has come.
 *
 * @returns asks, and resolves with the answer if one came meanwhile, be it to an earlier call
 */
function patiently<T>(
  question: () => Promise<T>,
): () => Promise<T | undefined> {
  let underWay: Promise<T | undefined> | undefined;
  return async () => {
    const waited = new AbortController();
    underWay ??= question().catch(() => undefined);
    const answer = underWay.then((value) => {
      underWay = undefined;
      waited.abort();
      return value;
    });
    return await Promise.race([
      answer,
      sleep(ANSWER_WITHIN_MS, waited.signal)
        .then(() => waited.signal.aborted ? answer : undefined),
    ]);
  };
}
