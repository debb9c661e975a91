import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { topics as contracts } from "#contracts/topics.ts";
import { freshBacklog, readAll } from "../backlog.ts";
import { type Bench, Recorder, type Stage } from "../bench.ts";
import { type Broker, freshId, openBroker } from "../broker.ts";
import type { Checkout } from "../checkout.ts";
import { recordDrained, type Subject, takeTurns } from "../comparison.ts";
import { type Consumer, drain } from "../drain.ts";
import { eventMaker } from "../load/events.ts";
import { EVENTFLOW } from "../result.ts";
import { freshWorker, withoutTransactions } from "../worker.ts";
import { installJavaBaseline } from "../baselines/java_baseline.ts";
import { kafkaStreams, streamsJob } from "../baselines/kafka_streams.ts";
import {
  consumerPerformance,
  type Performance,
  producerPerformance,
} from "../baselines/perf_tools.ts";

const STREAMS = "Kafka Streams";
const PRODUCER = "kafka-producer-perf-test";
const CONSUMER = "kafka-consumer-perf-test";
/** Kafka's tool holds its file in memory, three times over. */
const PAYLOADS = 100_000;

const throughput = {
  stage: "validator",
  figure: "records per second",
} as const;

/** What all subjects work with. */
type Comparison = {
  readonly bench: Bench;
  readonly broker: Broker;
  readonly input: string;
  readonly count: number;
};

export const validator: Stage = {
  name: "validator",
  method:
    "One process of each in turn drains the same 500,000 events (quick: 60,000) from 3 partitions into fresh topics, exactly once; counted are the records whose offsets it has committed, from a tenth of them to all. Ours drains them once before the first round, uncounted, so that nobody meets a broker that has just started. With transactions off, it is at least once. kafka-producer-perf-test writes such events and kafka-consumer-perf-test reads those, and neither does more.",
  async run(bench) {
    await using broker = await openBroker(bench);
    const count = bench.isQuick ? 60_000 : 500_000;
    const input = await freshBacklog(bench, broker, contracts.raw, { count });
    const comparison = { bench, broker, input, count };
    await warmUp(comparison);
    await takeTurns(bench, [
      ...bench.checkouts.map((checkout) => eventflow(comparison, checkout)),
      ...atLeastOnce(comparison),
      ...await streams(comparison),
      await producerTool(comparison),
      consumerTool(comparison),
    ]);
    await broker.admin.deleteTopics([input]);
    const beside = { ...throughput, of: EVENTFLOW };
    bench.record.compare({ ...beside, to: STREAMS, target: 1 });
    bench.record.compare({ ...beside, to: PRODUCER });
    bench.record.compare({ ...beside, to: withoutTransactions.subject });
    for (const { subject } of bench.checkouts.slice(1)) {
      bench.record.compare({ ...beside, to: subject });
    }
  },
};

/** A broker that has just started compiles what it runs often, which whoever comes first would pay for. Nothing is taken down. */
async function warmUp(comparison: Comparison): Promise<void> {
  const { bench } = comparison;
  const [own] = bench.checkouts;
  if (bench.isQuick || own === undefined) return;
  bench.say("Before the first round: the broker gets warm …");
  const unseen = { ...bench, record: new Recorder() };
  await eventflow({ ...comparison, bench: unseen }, own).go({ isLast: false });
}

/** The same work without transactions: what exactly-once costs. */
function atLeastOnce(comparison: Comparison): Subject[] {
  if (comparison.bench.isQuick) return [];
  const { subject, script } = withoutTransactions;
  const own = comparison.bench.checkouts.filter(({ subject }) =>
    subject === EVENTFLOW
  );
  return own.map(({ root }) =>
    eventflow(comparison, { root, subject }, script)
  );
}

/** @param script what is run in the validator's place */
function eventflow(
  comparison: Comparison,
  { root, subject }: Checkout,
  script?: string,
): Subject {
  return validating(
    comparison,
    subject,
    ({ output, unmapped, deadLetters }) =>
      freshWorker(comparison.bench, "validator", {
        checkout: { root, subject },
        topic: comparison.input,
        script,
        env: {
          [contracts.validated.env]: output,
          [contracts.unmapped.env]: unmapped,
          [contracts.deadLetters.env]: deadLetters,
        },
      }),
  );
}

async function streams(comparison: Comparison): Promise<Subject[]> {
  const { bench, input } = comparison;
  const jars = join(bench.builds, "kafka-streams");
  const why = bench.isQuick
    ? "A quick run is without it, as it is built from what must be fetched first."
    : await installJavaBaseline(
      kafkaStreams,
      jars,
      bench.say,
      bench.stopping,
    );
  if (why !== undefined) {
    bench.record.skip({ stage: "validator", what: STREAMS, why });
    return [];
  }
  return [validating(comparison, STREAMS, async ({ output, deadLetters }) => {
    const group = `streams-${freshId()}`;
    const job = await streamsJob({
      jars,
      kafka: bench.kafka,
      input,
      output,
      deadLetters,
      applicationId: group,
      stateFolder: join(bench.home.root, group),
    });
    return { jobs: [job], group, topic: input };
  })];
}

type Outputs = {
  readonly output: string;
  readonly unmapped: string;
  readonly deadLetters: string;
};

/** One that does the validator's work, into topics of its own each time. */
function validating(
  { bench, broker, count }: Comparison,
  name: string,
  consumer: (outputs: Outputs) => Consumer | Promise<Consumer>,
): Subject {
  const { admin } = broker;
  return {
    name,
    async go({ isLast }) {
      const output = await broker.freshTopic(contracts.validated);
      const unmapped = await broker.freshTopic(contracts.unmapped);
      const deadLetters = await broker.freshTopic(contracts.deadLetters);
      const drained = await drain(
        bench,
        admin,
        await consumer({ output, unmapped, deadLetters }),
      );
      await requireEmpty(broker, deadLetters, name);
      if (isLast) await requireAll(broker, { topic: output, count, name });
      await admin.deleteTopics([output, unmapped, deadLetters]);
      recordDrained(
        bench.record,
        { stage: "validator", subject: name },
        drained,
      );
    },
  };
}

async function requireEmpty(
  { admin }: Broker,
  topic: string,
  name: string,
): Promise<void> {
  const ends = [...(await admin.endOffsets(topic)).values()];
  if (ends.some((end) => end > 0)) {
    throw new Error(`${name} has refused events that are all good`);
  }
}

async function requireAll(
  broker: Broker,
  { topic, count, name }: { topic: string; count: number; name: string },
): Promise<void> {
  let records = 0;
  for await (const some of readAll(broker, topic)) records += some.length;
  if (records !== count) {
    throw new Error(`${name} has made ${records} records of ${count} events`);
  }
}

/** Kafka's own producer, with batches as large as Kafka Streams has them. */
async function producerTool(
  { bench, broker, count }: Comparison,
): Promise<Subject> {
  const payloadFile = join(bench.home.root, "payloads.txt");
  const make = eventMaker({ run: freshId() });
  const lines = Array.from(
    { length: Math.min(count, PAYLOADS) },
    (_, index) => make(index).json,
  );
  await writeFile(payloadFile, lines.join("\n"));
  return {
    name: PRODUCER,
    async go() {
      const topic = await broker.freshTopic(contracts.validated);
      const performance = await producerPerformance({
        ...toolOptions(bench),
        topic,
        records: count,
        warmupRecords: count / 10,
        payloadFile,
        properties: { "batch.size": `${512 * 1024}` },
      });
      await broker.admin.deleteTopics([topic]);
      recordTool(bench, PRODUCER, performance);
    },
  };
}

function consumerTool({ bench, input, count }: Comparison): Subject {
  return {
    name: CONSUMER,
    async go() {
      const performance = await consumerPerformance({
        ...toolOptions(bench),
        topic: input,
        records: count,
      });
      recordTool(bench, CONSUMER, performance);
    },
  };
}

function toolOptions({ home, kafka, stopping }: Bench) {
  return { jars: home.kafkaJars, kafka, stopping };
}

function recordTool(
  { record }: Bench,
  subject: string,
  { recordsPerSecond }: Performance,
): void {
  record.add(
    { ...throughput, subject, unit: "", better: "more" },
    recordsPerSecond,
  );
}
