import { topics as contracts } from "#contracts/topics.ts";
import { freshBacklog } from "../backlog.ts";
import { type Axis, drainBy, throughput, workerNames } from "./scaled.ts";

const PARTITIONS = 12;

/** How much faster several instances of a worker are than one. */
export const byInstances: Axis = async (bench, broker) => {
  const count = bench.isQuick ? 100_000 : 1_000_000;
  const topic = await freshBacklog(bench, broker, contracts.raw, {
    count,
    partitions: PARTITIONS,
  });
  for (const name of workerNames) {
    for (const instances of bench.isQuick ? [1, 2] : [1, 2, 4]) {
      bench.say(`${name}, ${instances} of it …`);
      const { recordsPerSecond } = await drainBy(bench, broker, name, {
        ...{ topic, count, instances, partitions: PARTITIONS },
      });
      const x = { name: "instances", value: instances };
      bench.record.add(
        { ...throughput, subject: name, x },
        recordsPerSecond,
      );
    }
  }
  await broker.admin.deleteTopics([topic]);
};
