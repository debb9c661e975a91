import type { Stage } from "../bench.ts";
import { openBroker } from "../broker.ts";
import { byBacklog } from "../scale/backlogs.ts";
import { byBody } from "../scale/bodies.ts";
import { byInstances } from "../scale/instances.ts";
import { byPayments } from "../scale/payments.ts";

export const scale: Stage = {
  name: "scale",
  method:
    "Each figure once, and of this checkout alone. Workers drain backlogs; counted is from when a tenth of the records is finished, and all instances are in the group, until all are. Instances share 1,000,000 events in 12 partitions; all else is in 3. Of distinct payments there are 500,000 events, dealt out to them at random. Bodies are up to 500 MB of each size: what is in them beyond 300 bytes is a key that the contract does not know, which the validator passes on and persistence does not store; writing to Kafka is the intake's sender with batches of 1 MB, made before its clock starts.",
  async run(bench) {
    await using broker = await openBroker(bench);
    for (const along of [byInstances, byBacklog, byPayments, byBody]) {
      await along(bench, broker);
    }
  },
};
