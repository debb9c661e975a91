import { topics as contracts } from "#contracts/topics.ts";
import { batchesOf, freshBacklog, sendAll } from "../backlog.ts";
import type { Bench } from "../bench.ts";
import { type Broker, freshId } from "../broker.ts";
import { eventMaker } from "../load/events.ts";
import { type Axis, drainBy, throughput } from "./scaled.ts";

/** So many bytes of events are made before they are written again and again. */
const SAMPLE_BYTES = 20_000_000;

/** How much large events take. */
export const byBody: Axis = async (bench, broker) => {
  const all = [300, 1_000, 4_000, 16_000, 64_000, 256_000];
  for (const size of bench.isQuick ? [300, 16_000, 256_000] : all) {
    const count = countOf(size, bench);
    const add = (subject: string, recordsPerSecond: number) => {
      const of = {
        subject,
        x: { name: "bytes per body", value: size },
      };
      bench.record.add({ ...throughput, ...of }, recordsPerSecond);
      bench.record.add(
        { ...throughput, ...of, figure: "throughput", unit: "MB/s" },
        recordsPerSecond * size / 1_000_000,
      );
    };
    bench.say(`Events of ${size} bytes …`);
    add("writing to Kafka", await write(bench, broker, size, count));
    const topic = await freshBacklog(bench, broker, contracts.raw, {
      count,
      bytes: size,
    });
    for (const name of ["validator", "persistence"] as const) {
      const load = { topic, count };
      const { recordsPerSecond } = await drainBy(bench, broker, name, load);
      add(name, recordsPerSecond);
    }
    await broker.admin.deleteTopics([topic]);
  }
};

/** Enough for some seconds, of whatever size they are. */
function countOf(size: number, { isQuick }: Pick<Bench, "isQuick">): number {
  const [most, bytes] = isQuick ? [60_000, 60e6] : [300_000, 500e6];
  return Math.min(most, Math.ceil(bytes / size));
}

/** @returns records per second that the intake's sender can write, into a topic like the intake's */
async function write(
  bench: Bench,
  { kafka, admin, freshTopic }: Broker,
  size: number,
  count: number,
): Promise<number> {
  const topic = await freshTopic(contracts.raw);
  const sample = Math.min(count, Math.ceil(SAMPLE_BYTES / size));
  const make = eventMaker({ run: freshId(), bytes: size });
  const batches = [...batchesOf({ topic, count: sample, make })];
  const times = Math.round(count / sample);
  const repeated = Array.from({ length: times }, () => batches).flat();
  const seconds = await sendAll(kafka, repeated, bench.stopping);
  await admin.deleteTopics([topic]);
  return sample * times / seconds;
}
