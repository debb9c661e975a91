import type { Stage } from "../bench.ts";
import { openBroker } from "../broker.ts";
import { byBacklog } from "../scale/backlogs.ts";
import { byBody } from "../scale/bodies.ts";
import { byInstances } from "../scale/instances.ts";
import { byPayments } from "../scale/payments.ts";

export const scale: Stage = {
  name: "scale",
  method:
    "Each once: workers drain backlogs, counted from a tenth of the records, and all instances in the group, to all. Instances: 1,000,000 events in 12 partitions. Backlog: all of it, from 3 partitions, as everything below. Distinct payments: 500,000 events, dealt out to them at random. Bytes per body: up to 500 MB; what is beyond 300 bytes is a key that nobody knows, which the validator passes on and persistence does not store.",
  async run(bench) {
    await using broker = await openBroker(bench);
    for (const along of [byInstances, byBacklog, byPayments, byBody]) {
      await along(bench, broker);
    }
  },
};
