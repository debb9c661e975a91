import { topics as contracts } from "#contracts/topics.ts";
import { freshBacklog } from "../backlog.ts";
import type { Stage } from "../bench.ts";
import { openBroker } from "../broker.ts";
import { recordDrained, takeTurns } from "../comparison.ts";
import { drain } from "../drain.ts";
import { EVENTFLOW } from "../result.ts";
import { freshWorker } from "../worker.ts";

export const analytics: Stage = {
  name: "analytics",
  method:
    "One worker reads 500,000 validated events (quick: 60,000) from 3 partitions; counted are the records whose offsets it has committed, from a tenth of them to all.",
  async run(bench) {
    await using broker = await openBroker(bench);
    const count = bench.isQuick ? 60_000 : 500_000;
    const topic = await freshBacklog(bench, broker, contracts.validated, {
      count,
    });
    const deadLetters = await broker.freshTopic(contracts.deadLetters);
    await takeTurns(
      bench,
      bench.checkouts.map((checkout) => ({
        name: checkout.subject,
        async go() {
          const worker = await freshWorker(bench, "analytics", {
            checkout,
            topic,
            env: { [contracts.deadLetters.env]: deadLetters },
          });
          recordDrained(
            bench.record,
            { stage: "analytics", subject: checkout.subject },
            await drain(bench, broker.admin, worker),
          );
        },
      })),
    );
    for (const { subject } of bench.checkouts.slice(1)) {
      bench.record.compare({
        stage: "analytics",
        figure: "records per second",
        of: EVENTFLOW,
        to: subject,
      });
    }
    await broker.admin.deleteTopics([topic, deadLetters]);
  },
};
