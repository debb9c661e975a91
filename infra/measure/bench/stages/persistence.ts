import { join } from "node:path";
import { topics as contracts } from "#contracts/topics.ts";
import { originOf } from "#kafka/origin.ts";
import { receivedAt } from "#kafka/received_at.ts";
import { freePort } from "#processes/ports.ts";
import { freshBacklog, readAll } from "../backlog.ts";
import type { Bench, Stage } from "../bench.ts";
import { type Broker, freshId, openBroker } from "../broker.ts";
import type { Checkout } from "../checkout.ts";
import { recordDrained, type Subject, takeTurns } from "../comparison.ts";
import { type Consumer, costOf, drain } from "../drain.ts";
import {
  emptyTable,
  type EventsDatabase,
  type EventsTable,
  fullTable,
} from "../events_table.ts";
import { serverProcesses } from "../jobs.ts";
import { EVENTFLOW } from "../result.ts";
import { measureUsage } from "../usage.ts";
import { freshWorker } from "../worker.ts";
import { type CopiedEvent, copyEvents } from "../baselines/copy.ts";
import { installJavaBaseline } from "../baselines/java_baseline.ts";
import { acceptSink, jdbcSink, jdbcSinkJob } from "../baselines/jdbc_sink.ts";

const COPY = "COPY";
const SINK = "Debezium JDBC sink";
const FULL_ROWS = 10_000_000;
/** Fewer than there are: its positions are committed once a second, and the last second would not be a whole one. */
const SINK_RECORDS = 300_000;
/** Larger ones are no faster. */
const COPY_BATCH = 10_000;
/** As many as EventFlow and the sink use: one for each partition. */
const COPY_CONNECTIONS = 3;

/** What all subjects work with. */
type Comparison = {
  readonly bench: Bench;
  readonly broker: Broker;
  readonly topic: string;
  readonly count: number;
};

export const persistence: Stage = {
  name: "persistence",
  method:
    "One process of each in turn stores the same 500,000 validated events (quick: 40,000; the sink 300,000 of them) from 3 partitions; counted are the records whose offsets it has committed, from a tenth of them to all. COPY stores the same rows, written out before its clock starts. For all of them a trigger keeps the table `payments`. An empty table is a new one each time; from the full one, what was added is deleted and vacuumed away each time.",
  async run(bench) {
    await using broker = await openBroker(bench);
    const count = bench.isQuick ? 40_000 : 500_000;
    const topic = await freshBacklog(bench, broker, contracts.validated, {
      count,
    });

    const comparison = { bench, broker, topic, count };
    const batches = await readBatches(comparison);
    const sink = await installSink(bench);
    const subjects = (table: EventsTable) => [
      ...bench.checkouts.map((checkout) =>
        eventflow(comparison, table, checkout)
      ),
      copy(comparison, table, batches),
      ...sink === undefined ? [] : [sinking(comparison, table, sink)],
    ];
    const empty = emptyTable(bench);
    await takeTurns(bench, subjects(empty));
    compare(bench, empty);
    if (!bench.isQuick) {
      bench.say(`Filling a table with ${FULL_ROWS} rows …`);
      await using full = await fullTable(bench, FULL_ROWS);
      await takeTurns(bench, subjects(full));
      compare(bench, full);
    }
    await broker.admin.deleteTopics([topic]);
  },
};

function compare({ record, checkouts }: Bench, { at }: EventsTable): void {
  const beside = {
    stage: "persistence",
    figure: "rows per second",
    at,
    of: EVENTFLOW,
  } as const;
  record.compare({ ...beside, to: SINK, target: 2 });
  record.compare({ ...beside, to: COPY, target: 0.5 });
  for (const { subject } of checkouts.slice(1)) {
    record.compare({ ...beside, to: subject });
  }
}

function eventflow(
  comparison: Comparison,
  table: EventsTable,
  checkout: Checkout,
): Subject {
  const { bench, broker, topic, count } = comparison;
  return {
    name: checkout.subject,
    async go() {
      const deadLetters = await broker.freshTopic(contracts.deadLetters);
      await store(comparison, table, {
        subject: checkout.subject,
        records: count,
        consumer: ({ url }) =>
          freshWorker(bench, "persistence", {
            checkout,
            topic,
            env: {
              [contracts.deadLetters.env]: deadLetters,
              EVENTFLOW_DB_URL: url,
            },
          }),
      });
      await broker.admin.deleteTopics([deadLetters]);
    },
  };
}

function sinking(
  comparison: Comparison,
  table: EventsTable,
  jars: string,
): Subject {
  const { bench, topic, count } = comparison;
  return {
    name: SINK,
    async go() {
      await store(comparison, table, {
        subject: SINK,
        records: Math.min(SINK_RECORDS, count),
        async consumer({ sql, url }) {
          await acceptSink(sql, "events");
          const name = `sink-${freshId()}`;
          const job = await jdbcSinkJob({
            jars,
            kafka: bench.kafka,
            topic,
            databaseUrl: url,
            table: "events",
            name,
            folder: join(bench.home.root, name),
            restPort: await freePort(),
          });
          return { jobs: [job], group: `connect-${name}`, topic };
        },
      });
    },
  };
}

/** Has a consumer store records of the backlog, and takes down how it did. */
async function store(
  { bench, broker, count }: Comparison,
  table: EventsTable,
  { subject, records, consumer }: {
    subject: string;
    records: number;
    consumer: (database: EventsDatabase) => Promise<Consumer>;
  },
): Promise<void> {
  const drained = await table.use(
    async (database) =>
      await drain(bench, broker.admin, await consumer(database), { records }),
    { least: records, most: count },
  );
  const of = { stage: "persistence", subject, at: table.at } as const;
  recordDrained(bench.record, of, drained, "rows");
}

function copy(
  { bench, count }: Comparison,
  table: EventsTable,
  batches: readonly CopiedEvent[][],
): Subject {
  return {
    name: COPY,
    async go() {
      const postgres = await serverProcesses(bench);
      const { value: recordsPerSecond, usage } = await table.use(
        ({ url }) =>
          measureUsage(postgres, () =>
            copyEvents({
              databaseUrl: url,
              table: "events",
              batches,
              connections: COPY_CONNECTIONS,
            })),
        { least: count, most: count },
      );
      recordDrained(
        bench.record,
        { stage: "persistence", subject: COPY, at: table.at },
        { recordsPerSecond, database: costOf(usage, ["postgres"], count) },
        "rows",
      );
    },
  };
}

/** The backlog as COPY is to have it. */
async function readBatches(
  { bench, broker, topic }: Comparison,
): Promise<CopiedEvent[][]> {
  let batch: CopiedEvent[] = [];
  const batches = [batch];
  for await (const records of readAll(broker, topic, bench.stopping)) {
    for (const record of records) {
      if (batch.length === COPY_BATCH) batches.push(batch = []);
      const { partition, offset, value } = record;
      const json = value?.toString() ?? "";
      batch.push({
        ...{ json, topic, partition, offset, origin: originOf(record) },
        receivedAt: receivedAt(record),
      });
    }
  }
  return batches;
}

/** @returns the folder of the sink's jars, if it can be had */
async function installSink(bench: Bench): Promise<string | undefined> {
  const jars = join(bench.builds, "jdbc-sink");
  const why = bench.isQuick
    ? "A quick run is without it, as it must be fetched first."
    : await installJavaBaseline(
      jdbcSink,
      jars,
      bench.say,
      bench.stopping,
    );
  if (why === undefined) return jars;
  bench.record.skip({ stage: "persistence", what: SINK, why });
}
