import { topics as contracts } from "#contracts/topics.ts";
import { writeBacklog } from "../backlog.ts";
import type { Bench } from "../bench.ts";
import { freshId } from "../broker.ts";
import { eventMaker } from "../load/events.ts";
import { type Axis, drainBy, throughput } from "./scaled.ts";

/** How much large events take. */
export const byBody: Axis = async (bench, broker) => {
  const all = [300, 1_000, 4_000, 16_000, 64_000, 256_000];
  for (const size of bench.isQuick ? [300, 16_000, 256_000] : all) {
    const count = countOf(size, bench);
    const topic = await broker.freshTopic(contracts.raw);
    const make = eventMaker({ run: freshId(), bytes: size });
    const { bytes, seconds } = await writeBacklog(
      broker.kafka,
      { topic, count, make },
      bench.stopping,
    );
    const add = (contestant: string, recordsPerSecond: number) => {
      const of = { contestant, x: { name: "bytes per body", value: size } };
      bench.record.add({ ...throughput, ...of }, recordsPerSecond);
      bench.record.add(
        { ...throughput, ...of, figure: "throughput", unit: "MB/s" },
        recordsPerSecond * bytes / count / 1_000_000,
      );
    };
    add("writing to Kafka", count / seconds);
    for (const name of ["validator", "persistence"] as const) {
      bench.say(`${name}, events of ${size} bytes …`);
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
