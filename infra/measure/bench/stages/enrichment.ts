import { topics as contracts } from "#contracts/topics.ts";
import { freshBacklog } from "../backlog.ts";
import type { Stage } from "../bench.ts";
import { openBroker } from "../broker.ts";
import { recordDrained, type Subject, takeTurns } from "../comparison.ts";
import { drain } from "../drain.ts";
import { EVENTFLOW } from "../result.ts";
import { freshWorker } from "../worker.ts";

const VALIDATOR = "the validator";

export const enrichment: Stage = {
  name: "enrichment",
  method:
    "One enrichment worker and one validator in turn drain the same 300,000 events (quick: 60,000) of 20,000 customers and 50 merchants from 3 partitions into fresh topics, exactly once; counted are the records whose offsets they have committed, from a tenth of them to all.",
  async run(bench) {
    await using broker = await openBroker(bench);
    const topic = await freshBacklog(bench, broker, contracts.validated, {
      count: bench.isQuick ? 60_000 : 300_000,
      hasParties: true,
    });
    const subject = (
      name: string,
      worker: "enrichment" | "validator",
      checkout: (typeof bench.checkouts)[number],
    ): Subject => ({
      name,
      async go() {
        const [output, own, deadLetters] = [
          await broker.freshTopic(contracts.enriched),
          await broker.freshTopic(contracts.enrichmentFacts),
          await broker.freshTopic(contracts.deadLetters),
        ];
        const consumer = await freshWorker(bench, worker, {
          checkout,
          topic,
          env: {
            [contracts[worker === "validator" ? "validated" : "enriched"].env]:
              output,
            [contracts.enrichmentFacts.env]: own,
            [contracts.unmapped.env]: own,
            [contracts.deadLetters.env]: deadLetters,
            ...worker === "validator" && { [contracts.raw.env]: topic },
          },
        });
        const drained = await drain(bench, broker.admin, consumer);
        await broker.admin.deleteTopics([output, own, deadLetters]);
        recordDrained(
          bench.record,
          { stage: "enrichment", subject: name },
          drained,
        );
      },
    });
    await takeTurns(
      bench,
      bench.checkouts.flatMap((checkout) => [
        subject(checkout.subject, "enrichment", checkout),
        ...checkout.subject === EVENTFLOW
          ? [subject(VALIDATOR, "validator", checkout)]
          : [],
      ]),
    );
    const beside = {
      stage: "enrichment",
      figure: "records per second",
      of: EVENTFLOW,
    } as const;
    bench.record.compare({ ...beside, to: VALIDATOR, target: 0.8 });
    for (const { subject } of bench.checkouts.slice(1)) {
      bench.record.compare({ ...beside, to: subject });
    }
    await broker.admin.deleteTopics([topic]);
  },
};
