/**
 * Every query of every panel, put to a real Prometheus that scrapes a real pipeline: before anything has
 * happened, while payments flow, while workers stand still, and when all is quiet again.
 *
 * @module
 */
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import type { Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";
import { services } from "#local/service_jobs.ts";
import { authorize } from "#local/smoke/authorize.ts";
import { prometheusPrograms } from "../prometheus/install.ts";
import { faultsOf, nameOf, stillAtZero } from "./faults.ts";
import {
  filledIn,
  type PanelQuery,
  readQueries,
  selectorsOf,
} from "./queries.ts";
import { untilNone, variables, watchPipeline } from "./watched_pipeline.ts";

/** Nothing is there if no alert fires. */
const absentWhileHealthy = "Firing Alerts";

/** What stays at 0 although payments flow, are refused and become dead letters: by panel, and then by name. */
const healthy: Readonly<Record<string, readonly string[] | "all">> = {
  "Processing Errors (Total)": "all",
  "Services Down": "all",
  "Groups Without a Worker": "all",
  "Partitions That Wait": "all",
  "Gone": "all",
  "Refusals: Burn Rate": "all",
  "What Is Wrong, Since When": [
    "A Service Does Not Answer",
    "Kafka Is Away",
    "PostgreSQL Is Away",
    "A Partition Has No Leader",
    "A Replica Is Not in Sync",
    "A Worker Is Stalled",
    "A Partition Waits",
    "Webhooks Are Refused with 503",
  ],
  "Kafka's Brokers and Partitions": [
    "Partitions with a Replica That Is Not in Sync",
    "Partitions Without a Leader",
  ],
  "Paused Partitions by Reason": "all",
  "Tries That Failed": "all",
  "Partitions That Began to Wait": "all",
  "Refusals: Burn Rate over Time": "all",
  "Accepted and Refused": ["Refused, Our Fault"],
  // Nobody sends one.
  "Card Data in Webhooks": "all",
  // Nobody sends anything again.
  "Replayed Records by Outcome": "all",
  "Replays That Run or Wait": "all",
  // For moments only, which a scrape may miss.
  "Intake's Queue": "all",
  "Waiting in Workers": "all",
  "Late Payments: Burn Rate over Time": "all",
  // Nobody declines, corrects or sends webhooks of other providers.
  "Declines by Class": "all",
  "Told Again and Corrected": [
    "Said Anew",
    "Corrected in the Database",
    "Outdated",
  ],
  "Mapped by Provider": "all",
  "Not Mapped Yet": "all",
  "Nothing of a Payment": "all",
  // Nothing is known to be usual yet.
  "Open Anomalies": "all",
  "Anomalies Told": "all",
  "Payments Beside What Is Usual": "all",
  "Failures Beside What Is Usual": "all",
  "Payments over Expected by Provider": "all",
  "Failures over Expected by Provider": "all",
  // Of customers that nobody knows yet, no score is above the base rate.
  "Looked Risky": "all",
  // Until something stands still.
  "Lag in Records": "all",
  "Lag in Seconds": "all",
  "Lag in Seconds by Partition": "all",
  "Oldest Unfinished Record": "all",
  "Oldest Payment Not Stored": "all",
  "Money by Currency": ["unvalidated", "unstored"],
  "Money at Risk in $currency": "all",
};

/** What stands still shows, by panel and then by name. */
const behind: Readonly<Record<string, readonly string[] | "all">> = {
  "Lag in Records": "all",
  "Lag in Seconds": "all",
  "Lag in Seconds by Partition": "all",
  "Oldest Unfinished Record": "all",
  "Money by Currency": ["unvalidated"],
  "Money at Risk in $currency": "all",
};

/** What stands still behind the validator shows. */
const behindTheValidator = { "Money by Currency": ["unstored"] };

test("every panel has data, and numbers, whatever happens", async (t) => {
  const programs = await prometheusPrograms((line) => console.log(line));
  if ("missing" in programs) return t.skip(programs.missing);
  await withProcesses(async (processes) => {
    await using watched = await watchPipeline(processes, {
      program: programs.prometheus,
    });
    const { pipeline, prometheus } = watched;
    await pipeline.start(...services.map(({ name }) => name));
    await watched.watchInstead({});
    const queries = await readQueries();
    const ask = () => watched.ask(queries);
    const untilFaultless = (when: string) =>
      untilNone(`every panel had data ${when}`, async () =>
        faultsOf(
          (await ask()).filter(({ panel }) => panel !== absentWhileHealthy),
        ));
    const untilShown = (
      what: string,
      isExpected: (query: PanelQuery) => boolean,
    ) =>
      untilNone(what, async () =>
        stillAtZero(await ask()).filter(isExpected)
          .map((query) => `${nameOf(query)} is 0`));

    await untilFaultless("before the first payment");

    {
      await using _ = startPayments(pipeline);
      await untilShown(
        "every panel showed the payments",
        (query) => !isAmong(healthy, query),
      );
      await untilFaultless("while payments flowed");

      for (const worker of ["validator", "persistence"]) {
        processes.pause(worker);
      }
      await untilShown(
        "every panel showed what stood still",
        // Analytics goes on, and so do partitions without a payment.
        (query) => isAmong(behind, query),
      );
      processes.wake("validator");
      await untilShown(
        "what was validated and not stored was shown",
        (query) => isAmong(behindTheValidator, query),
      );
      processes.wake("persistence");
    }

    const selectors = new Set(
      queries.flatMap(({ expr }) => selectorsOf(filledIn(expr, variables))),
    );
    for (const selector of selectors) {
      // Groups have names of their own here.
      if (/group=~"[a-z]/.test(selector)) continue;
      // What is usual takes the sentinel longer to learn than this lasts.
      if (/^eventflow_anomaly_(observed|expected|lower|upper)/.test(selector)) {
        continue;
      }
      await until(
        `there was ${selector}`,
        async () => (await prometheus.now(selector)).length > 0,
      );
    }

    await until("all was quiet again", async () => {
      const [finished] = await prometheus.now(
        "sum (rate(eventflow_received_to_settled_seconds_count[4s])) + sum (rate(eventflow_intake_requests_total[4s])) + sum (eventflow_group_lag_records)",
      );
      return finished?.values[0] === 0;
    });
    await untilFaultless("in the end");
  });
});

/** Whether a query is one of those that are named by panel and then by name. */
function isAmong(
  names: Readonly<Record<string, readonly string[] | "all">>,
  { panel, legend }: PanelQuery,
): boolean {
  const which = names[panel] ?? [];
  return which === "all" || which.includes(legend);
}

/** Good payments in three currencies, duplicates, corrupt ones, and webhooks that somebody else signed. */
function startPayments(pipeline: Pipeline): AsyncDisposable {
  const stopping = new AbortController();
  const pay = async () => {
    for (let sent = 0; !stopping.signal.aborted; sent++) {
      await authorize(pipeline.url("simulator"), {
        payment_id: `pay-${sent}`,
        order_id: `order-${sent}`,
        amount: 1_200,
        currency: ["EUR", "USD", "JPY"][sent % 3],
        force_duplicate: sent % 4 === 1,
        force_corruption: sent % 4 === 3,
      });
      await send(pipeline.url("intake"), signed("{}", { secret: "another" }));
      await sleep(20, stopping.signal);
    }
  };
  const paying = pay();
  // Told where it is waited for.
  paying.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await paying;
    },
  };
}
