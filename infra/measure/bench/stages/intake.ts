import { join } from "node:path";
import { topics } from "#contracts/topics.ts";
import { SECRET } from "#kit/provider.ts";
import { freePort } from "#processes/ports.ts";
import type { Job } from "#processes/supervisor.ts";
import type { Bench, Stage } from "../bench.ts";
import { freshId, openBroker } from "../broker.ts";
import type { Checkout } from "../checkout.ts";
import { takeTurns } from "../comparison.ts";
import { intakeJob, WEBHOOK_PATH } from "../intake.ts";
import { serverProcesses, withJobs } from "../jobs.ts";
import type { LoadOptions, LoadResult } from "../load/options.ts";
import { sendLoad } from "../load/send.ts";
import { recordLatency } from "../latency.ts";
import { EVENTFLOW } from "../result.ts";
import { measureUsage } from "../usage.ts";
import { bareHonoJob } from "../baselines/bare_hono.ts";
import { goGatewayJob, installGoGateway } from "../baselines/go_gateway.ts";

const GO = "Go gateway";
const HONO = "bare Hono";
const CONNECTIONS = 64;
const PER_SECOND = 3_000;
const SATURATED = `${CONNECTIONS} connections`;
const STEADY = `${PER_SECOND.toLocaleString("en")} requests/s`;
/** Before anything is measured: a runtime compiles what it runs often. */
const WARM_UP = 5_000;
/** Of the generator, which is started anew for each measurement. */
const GENERATOR_WARM_UP = 1_000;
/** Of the broker: before it, a request costs it some four times as much. */
const BROKER_WARM_UP = 30_000;

type Gateway = { readonly job: Job; readonly port: number };

export const intake: Stage = {
  name: "intake",
  method:
    `Signed events of some 330 bytes. First each of ${CONNECTIONS} connections sends as soon as it has its answer, 60,000 requests (quick: 15,000); then requests are due at ${
      PER_SECOND.toLocaleString("en")
    } a second for 8 s (quick: 3 s), whatever the answers do, and latency counts from when each was due. Each subject runs alone. The Go gateway acknowledges what Kafka has acknowledged, as EventFlow does; bare Hono reads the body and answers.`,
  async run(bench) {
    compare(bench);
    await using broker = await openBroker(bench);
    const topic = await broker.freshTopic(topics.raw);
    const gateways: { name: string; start: () => Promise<Gateway> }[] = [
      ...bench.checkouts.map((checkout) => ({
        name: checkout.subject,
        start: () => eventflow(bench, checkout, topic),
      })),
      ...await goGateway(bench, topic),
      { name: HONO, start: bareHono },
    ];
    const [ours] = bench.checkouts;
    if (ours) await warmUpBroker(bench, await eventflow(bench, ours, topic));
    await takeTurns(
      bench,
      gateways.map(({ name, start }) => ({
        name,
        go: async () => await measure(bench, name, await start()),
      })),
    );
    await broker.admin.deleteTopics([topic]);
  },
};

function compare({ record }: Bench): void {
  const ours = { stage: "intake", of: EVENTFLOW } as const;
  const saturated = { ...ours, figure: requests.figure, at: SATURATED };
  record.compare({ ...saturated, to: GO, target: 1 });
  record.compare({ ...saturated, to: HONO, target: 0.35 });
  const steady = { ...ours, figure: "latency p99", at: STEADY };
  record.compare({ ...steady, to: GO, target: 1 });
}

async function eventflow(
  { ports, env }: Bench,
  checkout: Checkout,
  topic: string,
): Promise<Gateway> {
  return await intakeJob(checkout, {
    ports,
    env: { ...env, [topics.raw.env]: topic },
  });
}

async function goGateway(bench: Bench, topic: string) {
  const { builds, kafka, say, stopping, record } = bench;
  const folder = join(builds, "go-gateway");
  const why = await installGoGateway(folder, { say, stopping });
  if (why !== undefined) {
    record.skip({ stage: "intake", what: GO, why });
    return [];
  }
  const start = async () => {
    const port = await freePort();
    const options = { folder, port, kafka, topic, secret: SECRET };
    return { job: goGatewayJob(options), port };
  };
  return [{ name: GO, start }];
}

async function bareHono(): Promise<Gateway> {
  const port = await freePort();
  return { job: bareHonoJob(port), port };
}

async function warmUpBroker(
  bench: Bench,
  { job, port }: Gateway,
): Promise<void> {
  const load = { count: BROKER_WARM_UP, warmUp: 0 };
  await withJobs(bench, [job], () => sendTo(port, load, bench.stopping));
}

async function sendTo(
  port: number,
  load: Pick<LoadOptions, "count" | "perSecond" | "warmUp">,
  stopping: AbortSignal,
): Promise<LoadResult> {
  return await sendLoad({
    host: "127.0.0.1",
    port,
    path: WEBHOOK_PATH,
    secret: SECRET,
    connections: CONNECTIONS,
    run: freshId(),
    ...load,
  }, stopping);
}

async function measure(
  bench: Bench,
  subject: string,
  { job, port }: Gateway,
): Promise<void> {
  const { isQuick, record, stopping } = bench;
  const send = (load: Parameters<typeof sendTo>[1]) =>
    sendTo(port, load, stopping);
  await withJobs(bench, [job], async ({ [job.name]: own = 0 }) => {
    await send({ count: WARM_UP, warmUp: 0 });
    const { kafka } = await serverProcesses(bench);
    const load = {
      count: isQuick ? 15_000 : 60_000,
      warmUp: GENERATOR_WARM_UP,
    };
    const { value: saturated, usage } = await measureUsage(
      { own, kafka },
      () => send(load),
    );
    const steady = await send({
      count: PER_SECOND * (isQuick ? 3 : 8),
      perSecond: PER_SECOND,
      warmUp: GENERATOR_WARM_UP,
    });

    const at = { stage: "intake", subject, at: SATURATED } as const;
    record.add({ ...at, ...requests }, saturated.requestsPerSecond);
    const perRequest = (cpuSeconds: number) =>
      cpuSeconds * 1_000_000 / (load.count + load.warmUp);
    if (usage.own) {
      record.add({ ...at, ...cpu }, perRequest(usage.own.cpuSeconds));
      record.add({ ...at, ...memory }, usage.own.peakBytes / 1_000_000);
    }
    if (usage.kafka && subject !== HONO) {
      record.add({ ...at, ...brokerCpu }, perRequest(usage.kafka.cpuSeconds));
    }
    recordLatency(record, { ...at, at: STEADY }, steady.latency);
  });
}

const requests = {
  figure: "requests per second",
  unit: "",
  better: "more",
} as const;
const cpu = { figure: "CPU per request", unit: "µs", better: "less" } as const;
const brokerCpu = { ...cpu, figure: "broker's CPU per request" };
const memory = { figure: "peak memory", unit: "MB", better: "less" } as const;
