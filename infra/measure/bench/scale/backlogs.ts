import { topics as contracts } from "#contracts/topics.ts";
import { writeBacklog } from "../backlog.ts";
import { freshId } from "../broker.ts";
import { eventMaker } from "../load/events.ts";
import { type Axis, drainBy, memory, throughput } from "./scaled.ts";

/** Whether the validator is as fast, and takes as little memory, however much waits for it. */
export const byBacklog: Axis = async (bench, broker) => {
  const sizes = bench.isQuick
    ? [60_000, 120_000]
    : [1_000_000, 5_000_000, 10_000_000];
  const topic = await broker.freshTopic(contracts.raw);
  const make = eventMaker({ run: freshId() });
  let written = 0;
  for (const size of sizes) {
    bench.say(`validator, a backlog of ${size} …`);
    await writeBacklog(
      broker.kafka,
      { topic, make, from: written, count: size - written },
      bench.stopping,
    );
    written = size;
    const { recordsPerSecond, cost } = await drainBy(
      bench,
      broker,
      "validator",
      { topic, count: size },
    );
    const of = {
      subject: "validator",
      x: { name: "records of backlog", value: size },
    };
    bench.record.add({ ...throughput, ...of }, recordsPerSecond);
    if (cost) bench.record.add({ ...memory, ...of }, cost.peakMegabytes);
  }
  await broker.admin.deleteTopics([topic]);
};
