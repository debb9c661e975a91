import { topics as contracts } from "#contracts/topics.ts";
import { freshBacklog } from "../backlog.ts";
import {
  type Axis,
  drainBy,
  memory,
  throughput,
  workerNames,
} from "./scaled.ts";

/** Whether it matters to how many payments the events belong. */
export const byPayments: Axis = async (bench, broker) => {
  const count = bench.isQuick ? 60_000 : 500_000;
  const all = [1_000, 10_000, 100_000, 1_000_000];
  for (const payments of bench.isQuick ? all.slice(-1) : all) {
    const topic = await freshBacklog(bench, broker, contracts.raw, {
      count,
      payments,
    });
    for (const name of workerNames) {
      bench.say(`${name}, events of ${payments} payments …`);
      const { recordsPerSecond, cost } = await drainBy(bench, broker, name, {
        ...{ topic, count },
      });
      const of = {
        subject: name,
        x: { name: "distinct payments", value: payments },
      };
      bench.record.add({ ...throughput, ...of }, recordsPerSecond);
      if (cost) bench.record.add({ ...memory, ...of }, cost.peakMegabytes);
    }
    await broker.admin.deleteTopics([topic]);
  }
};
