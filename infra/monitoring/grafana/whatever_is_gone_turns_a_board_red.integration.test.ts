/**
 * Takes each part of a running pipeline away, looks at what the panels' own queries find in a real Prometheus,
 * and in which colour Grafana draws it. Prints which panel turned red after how many seconds, and which alerts
 * fired; how long it takes is no promise of this test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { startBroker, startPostgres, whyNoBroker } from "#kit/own_servers.ts";
import { paymentJson } from "#kit/payment.ts";
import { patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { send, signed } from "#kit/provider.ts";
import { services } from "#local/service_jobs.ts";
import { prometheusPrograms } from "../prometheus/install.ts";
import { coloursOf } from "./colours.ts";
import { type PanelOfBoard, queriesOf, readPanels } from "./queries.ts";
import { type Expected, expectedOf } from "./red_where_gone.ts";
import {
  untilNone,
  usualGroups,
  type WatchedPipeline,
  watchPipeline,
} from "./watched_pipeline.ts";

test("whatever is gone turns a panel of each board that rests on it red, and its alert fires", async (t) => {
  const programs = await prometheusPrograms((line) => console.log(line));
  if ("missing" in programs) return t.skip(programs.missing);
  const whyNot = await whyNoBroker();
  if (whyNot !== undefined) return t.skip(whyNot);
  await withProcesses(async (processes) => {
    const alertmanager = await standIn();
    await using watched = await watchPipeline(processes, {
      program: programs.prometheus,
      kafka: await startBroker(processes),
      postgres: await startPostgres(processes),
      env: { ...usualGroups, ...patientIntake },
      further: { alertmanager: [alertmanager.url] },
    });
    processes.defer(alertmanager.stop);
    const { pipeline, watch } = watched;
    const panels = (await readPanels()).filter(({ type }) =>
      ["stat", "table", "state-timeline"].includes(type)
    );
    const look = () => lookAt(panels, watched);

    await untilNone(
      "every tile was red while nothing was watched",
      async () =>
        (await look()).filter(({ panel, colours }) =>
          panel.options.colorMode === "background" &&
          !colours.every((colour) => colour === "red")
        ).map(({ name, colours }) => `${name} is ${colours.join(" and ")}`),
    );

    await pipeline.start(...services.map(({ name }) => name));
    await watched.watchInstead({});
    await using _ = startPayments(pipeline);
    const restarted = (name: string) => () => processes.restart(name);
    // As a stopped container, which has no address: its job stays. Of a job that is gone Prometheus marks no series as
    // stale, and goes by the last sample for five minutes.
    const without = (name: string) => ({
      take: () =>
        watched.watchInstead({ targets: { ...watch.targets, [name]: [] } }),
      giveBack: () => watched.watchInstead({}),
    });
    const stopped = (name: string) => ({
      take: async () => void await processes.stop(name),
      giveBack: restarted(name),
    });
    const ways: Readonly<Record<string, Way>> = {
      "alertmanager": {
        take: () => alertmanager.stop(),
        giveBack: () => alertmanager.start(),
      },
      "simulator": stopped("simulator"),
      "analytics": stopped("analytics"),
      "validator": stopped("validator"),
      "persistence": stopped("persistence"),
      "intake": stopped("intake"),
      "observer": stopped("observer"),
      "target of the validator": without("validator"),
      "label of the groups": {
        take: () =>
          watched.watchInstead({
            without: { job: "observer", label: "group" },
          }),
        giveBack: () => watched.watchInstead({}),
      },
      "rules": {
        take: () => watched.watchInstead({ rules: [] }),
        giveBack: () => watched.watchInstead({}),
      },
      "database": stopped("postgres"),
      // Last, as refused webhooks are remembered for minutes.
      "broker": stopped("kafka"),
    };

    say("gone", "board", "panel", "red after s", "alerts whose rule holds");
    for (const [part, expected] of Object.entries(expectedOf)) {
      await untilCalm(`the ${part} is there`, expected.red, look);
      const way = ways[part];
      assert.ok(way, `there is a way to take the ${part} away`);
      await takeAway(part, { way, expected, look, watched });
      if (part !== "broker") await way.giveBack();
    }
  });
});

type Way = { take(): Promise<void>; giveBack(): Promise<void> };

type Seen = {
  readonly panel: PanelOfBoard;
  /** Board and panel. */
  readonly name: string;
  readonly colours: readonly string[];
};

/** What each panel shows at this moment. */
async function lookAt(
  panels: readonly PanelOfBoard[],
  watched: WatchedPipeline,
): Promise<Seen[]> {
  return await Promise.all(panels.map(async (panel) => {
    const answers = await watched.ask(queriesOf(panel));
    const found = answers.flatMap(({ found }) => {
      if (found instanceof Error) throw found;
      return found;
    });
    const name = `${panel.dashboard} / ${panel.title}`;
    return { panel, name, colours: coloursOf(panel, found) };
  }));
}

async function redNames(look: () => Promise<Seen[]>): Promise<string[]> {
  return (await look()).filter(({ colours }) =>
    colours.some((colour) => colour.endsWith("red"))
  ).map(({ name }) => name);
}

/** Waits until each of some panels was not red: a busy machine misses a scrape now and then, of one or another. */
async function untilCalm(
  what: string,
  names: readonly string[],
  look: () => Promise<Seen[]>,
): Promise<void> {
  const left = new Set(names);
  await untilNone(`boards said that ${what}`, async () => {
    const red = await redNames(look);
    for (const name of left) if (!red.includes(name)) left.delete(name);
    return [...left].map((name) => `${name} is red`);
  });
}

/**
 * Takes a part away, waits until all at once what has to be red is and what has to fire does, and prints a line
 * for each panel that turned red.
 */
async function takeAway(
  part: string,
  { way, expected, look, watched }: {
    way: Way;
    expected: Expected;
    look: () => Promise<Seen[]>;
    watched: WatchedPipeline;
  },
): Promise<void> {
  const firing = async () =>
    (await watched.prometheus.now(`ALERTS{alertstate="firing"}`))
      .map(({ labels }) => labels.alertname ?? "");
  // Of a part that was gone before, or of a busy machine.
  const before = new Set([...await redNames(look), ...await firing()]);
  for (const name of [...expected.red, ...expected.alerts]) before.delete(name);
  const began = performance.now();
  const taken = way.take();
  const since = new Map<string, string>();
  const alerts = new Map<string, string>();
  /** Keeps since when each has been there without a break. */
  const note = (into: Map<string, string>, names: readonly string[]) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    for (const name of into.keys()) {
      if (!names.includes(name)) into.delete(name);
    }
    for (const name of names) if (!into.has(name)) into.set(name, seconds);
  };
  await untilNone(`boards said that the ${part} was gone`, async () => {
    note(
      since,
      (await redNames(look)).filter((name) => !before.has(name)),
    );
    note(alerts, (await firing()).filter((name) => !before.has(name)));
    return [
      ...expected.red.filter((name) => !since.has(name))
        .map((name) => `${name} is not red`),
      ...expected.alerts.filter((name) => !alerts.has(name))
        .map((name) => `${name} does not fire`),
    ];
  });
  await taken;
  const fired = [...alerts].map(([name, seconds]) => `${name} (${seconds} s)`);
  for (const [name, seconds] of since) {
    say(part, ...name.split(" / "), seconds, fired.join(", "));
  }
}

/** A line of the table that this prints. */
function say(...cells: readonly string[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

/** A server that answers as Alertmanager's target does. */
async function standIn() {
  const server = createServer((_, response) => response.end("# nothing\n"));
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}`,
    start: () => listen(port),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A good payment now and then, whatever becomes of it. */
function startPayments(pipeline: Pipeline): AsyncDisposable {
  const stopping = new AbortController();
  const pay = async () => {
    for (let sent = 0; !stopping.signal.aborted; sent++) {
      const body = paymentJson({
        eventId: `evt-${sent}`,
        paymentId: `pay-${sent}`,
        amount: "12.00",
        currency: "EUR",
      });
      await send(pipeline.url("intake"), signed(body)).catch(() => {});
      await sleep(500, stopping.signal);
    }
  };
  const paying = pay();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await paying;
    },
  };
}
