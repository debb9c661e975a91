import { Buffer } from "node:buffer";
import postgres from "postgres";
import { topics } from "#contracts/topics.ts";
import { headers } from "#contracts/headers.ts";
import { sleep } from "#runtime/backoff.ts";
import { header } from "#kafka/headers.ts";
import type { KafkaClient, OutgoingRecord } from "#kafka/port.ts";
import { paymentJson } from "#kit/payment.ts";
import { adminUrl } from "#local/postgres/server.ts";
import { serviceUrl } from "#local/service_jobs.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import { percentilesOf } from "../bench/load/percentiles.ts";
import { DeskApi } from "../stack/desk_api.ts";
import { Figures, secondsSince } from "../stack/figures.ts";
import { withOwnStack } from "../stack/own_stack.ts";

type Options = {
  readonly letters: number;
  readonly kills: number;
  readonly json?: string;
};

/** Of payments with a fault there are so many kinds, each a cause. */
const CAUSES = 180;

const workers = ["validator", "persistence", "dead_letter_desk"] as const;

/** @returns whether every payment ended as it must */
export async function measureDesk(
  { letters, kills, json }: Options,
  { say, stopping }: { say: (line: string) => void; stopping: AbortSignal },
): Promise<boolean> {
  const figures = new Figures(say, { letters, kills });
  const told = figures.told.bind(figures);
  const env = {
    EVENTFLOW_DEAD_LETTERS_PER_MINUTE: "0",
    EVENTFLOW_OUTAGE_AFTER_KEYS: "0",
  };
  const name = "eventflow-desk-load";
  return await withOwnStack({ name, env, say, stopping }, async (stack) => {
    const { kafka, ports, supervisor } = stack;
    say(`Writing ${letters} payments with a fault …`);
    await writeFaulty(kafka, letters);
    const jobs = await Promise.all(workers.map(stack.job));
    let began = performance.now();
    await supervisor.start(...jobs);
    const desk = new DeskApi(serviceUrl("dead_letter_desk", ports), stopping);
    await desk.until(
      "all letters are in the index",
      async () => (await desk.count({ state: "open" })) === letters,
    );
    told("validated and indexed, s", secondsSince(began));
    await using sql = database(adminUrl(ports.postgres));
    told("index, MB", await sql.megabytes());

    await pages(desk, told);

    began = performance.now();
    const forecast = await desk.post<
      { would_pass: number; would_fail: number }
    >("/dry-run", { filter: {} });
    told("dry run of all, s", secondsSince(began));
    told("forecast", forecast);

    began = performance.now();
    const { job } = await desk.post<{ job: string }>("/jobs", {
      filter: {},
      edit: {
        patch: [{ op: "replace", path: "/payload/currency", value: "EUR" }],
      },
      options: { stop_above: 1 },
    });
    told("plan, s", secondsSince(began));
    began = performance.now();
    await desk.post(`/jobs/${job}/run`, {});
    const killed = kill(supervisor, kills, stopping);
    let last = {};
    await desk.until("the job is done", async () => {
      const { state, sent, outcomes } = await desk.get<
        { state: string; sent: number; outcomes: object }
      >(`/jobs/${job}`);
      last = { state, sent, ...outcomes };
      return state !== "running" && state !== "planned";
    });
    told("sent again with outcomes, s", secondsSince(began));
    told("job", last);
    told("killed", await killed);
    const rows = await sql.rows();
    told("rows", rows);
    await figures.write(json);
    const isGood = rows === letters;
    say(
      isGood
        ? "Every payment is a row, once."
        : `${letters} payments, ${rows} rows.`,
    );
    return isGood;
  });
}

/** A thousand at a time, of payments whose currency is no code. */
async function writeFaulty(kafka: KafkaClient, count: number): Promise<void> {
  const sender = kafka.sender();
  for (let from = 0; from < count; from += 1_000) {
    const records = Array.from(
      { length: Math.min(1_000, count - from) },
      (_, n) => faulty(from + n),
    );
    await sender.send(records);
  }
  await sender.close();
}

function faulty(n: number): OutgoingRecord {
  const paymentId = `pay_${Math.floor(n / 2)}`;
  const value = paymentJson({
    eventId: `event_${n}`,
    paymentId,
    amount: `${(n % 900) + 1}.25`,
    currency: "eur",
  });
  return {
    topic: topics.raw.name,
    key: Buffer.from(paymentId),
    value: Buffer.from(value),
    headers: [
      header(headers.provider, `provider-${n % CAUSES}`),
      header(headers.receivedAt, `${Date.now()}`),
    ],
  };
}

/** Each page often enough for a 95th percentile. */
async function pages(
  desk: DeskApi,
  told: (name: string, value: unknown) => void,
): Promise<void> {
  const causes = await desk.get<{ cause: string }[]>("/causes");
  told("causes", causes.length);
  const some = causes[Math.floor(causes.length / 2)]?.cause ?? "";
  const { letters, next } = await desk.get<
    { letters: { letter: string; payment_id: string }[]; next: string }
  >("/letters");
  const paths: Record<string, string> = {
    causes: "/causes",
    "newest letters": "/letters",
    "a page on": `/letters?after=${next}`,
    "letters of a cause": `/letters?cause=${some}&state=open`,
    "by code and currency":
      "/letters?code=contract_violation&currency=EUR&state=open",
    "by an id": `/letters?id=${letters[0]?.payment_id}`,
    "count of all": "/letters/count?state=open",
    "one letter": `/letters/${letters[7]?.letter}`,
    jobs: "/jobs",
    "a payment": `/payments/${letters[3]?.payment_id}`,
  };
  for (const [name, path] of Object.entries(paths)) {
    const times: number[] = [];
    for (let n = 0; n < 40; n++) {
      const began = performance.now();
      await desk.get(path);
      times.push(performance.now() - began);
    }
    const { p50, p95 } = percentilesOf(Float64Array.from(times));
    told(
      `${name}, ms p50/p95`,
      [p50, p95].map((ms) => Math.round(ms * 10) / 10),
    );
  }
}

/** Kills desk and workers in turn; the supervisor starts each anew. */
async function kill(
  supervisor: Supervisor,
  times: number,
  stopping: AbortSignal,
): Promise<number> {
  let done = 0;
  for (; done < times && !stopping.aborted; done++) {
    await sleep(3_000, stopping);
    const name = workers[done % workers.length] ?? "validator";
    (await supervisor.child(name))?.signal("SIGKILL");
  }
  return done;
}

function database(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return {
    async megabytes(): Promise<number> {
      const [row] = await sql<{ mb: string }[]>`
        select sum(pg_total_relation_size(c.oid)) / 1e6 as mb
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'desk' and c.relkind = 'r'`;
      return Math.round(Number(row?.mb));
    },
    async rows(): Promise<number> {
      const [row] = await sql<
        { rows: string }[]
      >`select count(*) as rows from events`;
      return Number(row?.rows);
    },
    [Symbol.asyncDispose]: () => sql.end(),
  };
}
