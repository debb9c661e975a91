/**
 * Every query of every panel, put to a real Prometheus that scrapes a real pipeline: before anything has
 * happened, while payments flow, while workers stand still, and when all is quiet again.
 *
 * @module
 */
import { join } from "node:path";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { openPipeline, type Pipeline } from "../../scenarios/pipeline.ts";
import { withProcesses } from "../../scenarios/processes.ts";
import { SECRET, send, signed } from "../../scenarios/provider.ts";
import { until } from "../../scenarios/until.ts";
import { freePort } from "../../stack/ports.ts";
import { services } from "../../stack/services.ts";
import { authorize } from "../../stack/smoke/authorize.ts";
import { prometheusPrograms } from "../prometheus/install.ts";
import { PrometheusClient, prometheusJob } from "../prometheus/server.ts";
import { type Answered, faultsOf, nameOf, stillAtZero } from "./faults.ts";
import {
  filledIn,
  type PanelQuery,
  readQueries,
  selectorsOf,
} from "./queries.ts";

/** With a scrape each second; Grafana's own are as many scrapes long. */
const variables = { __rate_interval: "4s", __range: "1m" };
/** As far back as a panel is asked for. */
const SHOWN_SECONDS = 10;

/** Nothing is there where no alert fires. */
const absentWhileHealthy = `ALERTS{alertstate="firing"}`;

/** What stays at 0 although payments flow, are refused and become dead letters: by panel, and then by name. */
const healthy: Readonly<Record<string, readonly string[] | "all">> = {
  "Processing Errors (Total)": "all",
  "Alerts firing": "all",
  "Processes that do not answer": "all",
  "Groups without a worker": "all",
  "Partitions that wait": "all",
  "What is wrong, since when": [
    "a process does not answer",
    "Kafka is away",
    "a partition has no leader",
    "a replica is not in sync",
    "a group has no worker",
    "a worker is stalled",
    "a partition waits",
    "webhooks are refused with 503",
  ],
  "Kafka's brokers and partitions": [
    "partitions with a replica that is not in sync",
    "partitions without a leader",
  ],
  "Paused partitions by reason": "all",
  "Tries that failed": "all",
  "Partitions that began to wait": "all",
  "Refused with 503": "all",
  "Budget of refusals: burn rate": "all",
  "Accepted and refused": ["refused, our fault"],
  "Refused, our fault": "all",
  // For moments only, which a scrape may miss.
  "Intake's queue": "all",
  "Waiting in workers": "all",
  "Stored late": "all",
  "Budget of late payments: burn rate": "all",
  // Until something stands still.
  "Lag by Group": "all",
  "Lag in records": "all",
  "Lag in seconds": "all",
  "Lag by partition": "all",
  "Oldest unfinished record": "all",
  "Not validated yet": "all",
  "Not stored yet": "all",
};

/** What stands still shows. */
const behind = [
  "Lag by Group",
  "Lag in records",
  "Lag in seconds",
  "Lag by partition",
  "Oldest unfinished record",
  "Not validated yet",
  "Not stored yet",
];

test("every panel has data, and numbers, whatever happens", async (t) => {
  const programs = await prometheusPrograms((line) => console.log(line));
  if ("missing" in programs) return t.skip(programs.missing);
  await withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: {
        EVENTFLOW_WEBHOOK_SIGNING_SECRET: SECRET,
        // Payments flow when it is time for them, and are as they are asked for.
        SIMULATOR_AUTO_STREAM_ENABLED: "false",
        SIMULATOR_CORRUPTION_RATE: "0",
        SIMULATOR_DUPLICATE_RATE: "0",
        EVENTFLOW_OBSERVER_INTERVAL_MS: "200",
      },
    });
    const names = services.map(({ name }) => name);
    await pipeline.start(...names);
    const port = await freePort();
    await processes.start(
      await prometheusJob({
        program: programs.prometheus,
        folder: join(processes.folder, "prometheus"),
        port,
        targets: Object.fromEntries(
          names.map((name) => [name, [pipeline.operationsUrl(name)]]),
        ),
      }),
    );
    const prometheus = new PrometheusClient(port);
    const queries = await readQueries();
    const ask = () => askAll(prometheus, queries);
    const untilFaultless = (when: string) =>
      untilNone(
        `every panel had data ${when}`,
        async () => faultsOf(await ask()),
      );

    await untilFaultless("before the first payment");

    {
      await using _ = startPayments(pipeline);
      await untilNone(
        "every panel showed the payments",
        async () =>
          stillAtZero(await ask()).filter(({ panel, legend }) => {
            const expected = healthy[panel] ?? [];
            return expected !== "all" && !expected.includes(legend);
          }).map((query) => `${nameOf(query)} is 0`),
      );
      await untilFaultless("while payments flowed");

      for (const worker of ["validator", "persistence"]) {
        processes.pause(worker);
      }
      await untilNone(
        "every panel showed what stood still",
        async () =>
          stillAtZero(await ask()).filter(({ panel }) => behind.includes(panel))
            // Analytics goes on, and so do partitions without a payment.
            .filter(({ panel }) => panel !== "Not stored yet")
            .map((query) => `${nameOf(query)} is 0`),
      );
      processes.wake("validator");
      await untilNone(
        "what was validated and not stored was shown",
        async () =>
          stillAtZero(await ask()).filter(({ panel }) =>
            panel === "Not stored yet"
          ).map((query) => `${nameOf(query)} is 0`),
      );
      processes.wake("persistence");
    }

    const selectors = new Set(queries.flatMap(({ expr }) => selectorsOf(expr)));
    selectors.delete(absentWhileHealthy);
    for (const selector of selectors) {
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

async function askAll(
  prometheus: PrometheusClient,
  queries: readonly PanelQuery[],
): Promise<Answered[]> {
  return await Promise.all(queries.map(async (query) => {
    const expr = filledIn(query.expr, variables);
    const found = await (query.isInstant
      ? prometheus.now(expr)
      : prometheus.lately(expr, SHOWN_SECONDS)).catch((error: Error) =>
        error
      );
    return { ...query, found };
  }));
}

/** Waits until there are no complaints; else fails with those that are left. */
async function untilNone(
  what: string,
  complaints: () => Promise<string[]>,
): Promise<void> {
  let left: string[] = [];
  try {
    await until(what, async () => {
      left = await complaints();
      return left.length === 0;
    }, { everyMs: 500 });
  } catch (cause) {
    throw new Error([String(cause), ...left].join("\n"), { cause });
  }
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
