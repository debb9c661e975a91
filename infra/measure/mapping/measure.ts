import { services } from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { FIRST_VERSION, mappingJob } from "#kit/scenario_mapping.ts";
import { sumOf } from "#local/prometheus_text.ts";
import { adminUrl } from "#local/postgres/server.ts";
import { operationsUrl, serviceUrl } from "#local/service_jobs.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import postgres, { type Sql } from "postgres";
import { sendAll } from "../bench/backlog.ts";
import { describeMachine } from "../report/machine.ts";
import { runAudit } from "../soak/audit.ts";
import { DeskApi } from "../stack/desk_api.ts";
import { Figures, secondsSince } from "../stack/figures.ts";
import { type OwnStack, withOwnStack } from "../stack/own_stack.ts";
import { comparedTables, rowsOf } from "./compared_tables.ts";
import { factsIn } from "./facts.ts";
import { type Evidence, faultsIn } from "./judge.ts";
import type { MappingOptions } from "./options.ts";
import { compareRows } from "./ordered_rows.ts";
import { rawWebhooks } from "./raw_webhooks.ts";
import { type Reference, startReference } from "./reference.ts";
import { type Step, stepTable } from "./steps.ts";
import { storedVersions } from "./stored_versions.ts";
import { untilFinished } from "./until_finished.ts";

/** Versions of the planted mapping: with the fault, and without it. */
const [WITH_BUG, MENDED] = [1, 2] as const;
const MENDED_VERSION = FIRST_VERSION + MENDED;

const SEED = 15;

/** What is read of topics goes by Kafka's clock. */
const DAY_MS = 24 * 3_600_000;

const DIFFERENCES_NAMED = 5;
const AUDIT_DEADLINE_MS = 3 * 3_600_000;

/** Their groups are called by them. */
const validator = {
  name: "validator",
  group: services.validator,
  topic: topics.raw.name,
};
const readers = [
  {
    name: "persistence",
    group: services.persistence,
    topic: topics.validated.name,
  },
  {
    name: "analytics",
    group: services.analytics,
    topic: topics.validated.name,
  },
];

/** @returns whether facts and rows are those that there are without the bug, and the audit balances */
export async function measureMapping(
  options: MappingOptions,
  told: { say: (line: string) => void; stopping: AbortSignal },
): Promise<boolean> {
  const { say, stopping } = told;
  const name = "eventflow-mapping-load";
  const env = {
    // One of a hundred webhooks is to be a dead letter.
    EVENTFLOW_DEAD_LETTERS_PER_MINUTE: "0",
    EVENTFLOW_OUTAGE_AFTER_KEYS: "0",
  };
  return await withOwnStack({ name, env, say, stopping }, async (stack) => {
    const admin = await stack.kafka.admin();
    try {
      return await new Measurement(options, { ...told, stack, admin }).run();
    } finally {
      await admin.close();
    }
  });
}

class Measurement {
  readonly #options: MappingOptions;
  readonly #say: (line: string) => void;
  readonly #stopping: AbortSignal;
  readonly #stack: OwnStack;
  readonly #admin: KafkaAdmin;
  readonly #desk: DeskApi;
  readonly #figures: Figures;
  readonly #steps: Step[] = [];

  constructor(
    options: MappingOptions,
    { say, stopping, stack, admin }: {
      say: (line: string) => void;
      stopping: AbortSignal;
      stack: OwnStack;
      admin: KafkaAdmin;
    },
  ) {
    this.#options = options;
    this.#say = say;
    this.#stopping = stopping;
    this.#stack = stack;
    this.#admin = admin;
    this.#desk = new DeskApi(
      serviceUrl("dead_letter_desk", stack.ports),
      stopping,
    );
    this.#figures = new Figures(say, {
      webhooks: options.webhooks,
      machine: describeMachine(),
    });
  }

  async run(): Promise<boolean> {
    const { webhooks } = this.#options;
    const each = { count: webhooks, of: "webhooks" };
    // One after the other: what is worked off as it comes is worked off in small batches, which take several times as long.
    await this.#step("written", each, () => this.#write());
    await this.#startWorkers();
    const withBug = await this.#startValidator(WITH_BUG);
    await this.#step("worked off with the bug", each, () => this.#through());
    await using reference = await startReference(
      this.#stack,
      this.#admin,
      this.#stopping,
    );
    await this.#step(
      "worked off without it, elsewhere",
      each,
      () => reference.finish(),
    );
    await using main = openSql(adminUrl(this.#stack.ports.postgres));
    const { sql } = main;
    const { facts: storedWithBug } = await storedVersions(sql, MENDED_VERSION);
    await withBug.stop();
    await this.#startValidator(MENDED);
    const job = await this.#replay();
    const corrections = await this.#corrections();
    const versions = await storedVersions(sql, MENDED_VERSION);
    // All three only read.
    const [facts, tables, audit] = await Promise.all([
      this.#facts(reference),
      this.#tables(sql, reference.database.sql),
      this.#step(
        "audited",
        { count: 2 * webhooks, of: "raw records" },
        () => runAudit({ env: this.#stack.env, deadlineMs: AUDIT_DEADLINE_MS }),
      ),
    ]);
    return await this.#judge({
      webhooks,
      job,
      storedWithBug,
      corrections,
      versions,
      facts,
      tables,
      audit,
    });
  }

  async #step<T>(
    name: string,
    { count, of }: Pick<Step, "count" | "of">,
    work: () => Promise<T>,
  ): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#stopping.throwIfAborted();
    const step = { name, count, of, seconds: secondsSince(began) };
    this.#steps.push(step);
    this.#figures.told(`${name}, s`, step.seconds);
    return result;
  }

  async #write(): Promise<void> {
    const { webhooks } = this.#options;
    const batches = rawWebhooks({
      topic: topics.raw.name,
      count: webhooks,
      beganMs: Date.now() - webhooks,
      seed: SEED,
    });
    await sendAll(this.#stack.kafka, batches, this.#stopping);
  }

  /** All but the validator. */
  async #startWorkers(): Promise<void> {
    const { supervisor, job } = this.#stack;
    const names = ["persistence", "analytics", "dead_letter_desk"] as const;
    await supervisor.start(...await Promise.all(names.map(job)));
  }

  async #startValidator(version: number): Promise<Supervisor> {
    const { env, ports } = this.#stack;
    const supervisor = this.#stack.another();
    const url = operationsUrl("validator", ports);
    await supervisor.start(
      mappingJob({ env, url, mapping: "planted", version }),
    );
    return supervisor;
  }

  /** Waits until all that there is was mapped, stored and counted. */
  async #through(): Promise<void> {
    const where = { home: this.#stack.home, stopping: this.#stopping };
    await untilFinished(this.#admin, validator, where);
    for (const reader of readers) {
      await untilFinished(this.#admin, reader, where);
    }
  }

  /** Has the desk send all raw records to the validator again, by its ramp. */
  async #replay(): Promise<Evidence["job"]> {
    const each = { count: this.#options.webhooks, of: "webhooks" };
    const { job } = await this.#step(
      "replay planned",
      each,
      () =>
        this.#desk.post<{ job: string }>("/jobs/facts", {
          from: topics.raw.name,
          since: new Date(Date.now() - DAY_MS).toISOString(),
          until: new Date().toISOString(),
          for: services.validator,
          // What no mapping can take fails again.
          options: { stop_above: 1 },
          reason: "the mapping was mended",
        }),
    );
    return await this.#step("replayed, superseded", each, async () => {
      const began = performance.now();
      await this.#desk.post(`/jobs/${job}/run`, {});
      const done = await this.#jobEnded(job);
      this.#figures.told(
        "of that the desk and the validator, s",
        secondsSince(began),
      );
      this.#figures.told("job", done);
      await this.#through();
      return done;
    });
  }

  async #jobEnded(job: string): Promise<Evidence["job"]> {
    let ended: Evidence["job"] | undefined;
    await this.#desk.until("the job is over", async () => {
      const { state, selected, sent, outcomes } = await this.#desk.get<
        Pick<Evidence["job"], "state" | "selected" | "sent"> & {
          outcomes: Pick<Evidence["job"], "passed" | "dead_again">;
        }
      >(`/jobs/${job}`);
      const { passed, dead_again } = outcomes;
      ended = { state, selected, sent, passed, dead_again };
      return state !== "running" && state !== "planned";
    });
    if (ended === undefined) throw new Error("The job has no end");
    return ended;
  }

  /** Facts that analytics has counted as corrections, and not as new ones. */
  async #corrections(): Promise<number> {
    const url = operationsUrl("analytics", this.#stack.ports, "/metrics");
    const text = await (await fetch(url)).text();
    return sumOf(text, "eventflow_analytics_corrections_total") ?? 0;
  }

  async #facts({ validated }: Reference): Promise<Evidence["facts"]> {
    const { kafka } = this.#stack;
    const [admin, stopping] = [this.#admin, this.#stopping];
    const began = performance.now();
    const found = await factsIn({ kafka, admin }, {
      topic: topics.validated.name,
      version: MENDED_VERSION,
      stopping,
    });
    const should = await factsIn({ kafka, admin }, {
      topic: validated,
      stopping,
    });
    this.#steps.push({
      name: "facts compared",
      count: found.count + should.count,
      of: "facts",
      seconds: secondsSince(began),
    });
    const facts = {
      replayed: { count: found.count, text: found.text },
      withoutBug: { count: should.count, text: should.text },
    };
    this.#figures.told("facts", facts);
    return facts;
  }

  async #tables(sql: Sql, without: Sql): Promise<Evidence["tables"]> {
    const tables: Evidence["tables"][number][] = [];
    for (const table of comparedTables) {
      const began = performance.now();
      const { name } = table;
      const comparison = await compareRows(
        rowsOf(sql, table),
        rowsOf(without, table),
        { most: DIFFERENCES_NAMED },
      );
      this.#stopping.throwIfAborted();
      tables.push({ name, ...comparison });
      this.#figures.told(name, comparison);
      this.#steps.push({
        name: `${name} compared`,
        count: comparison.rows,
        of: "rows",
        seconds: secondsSince(began),
      });
    }
    return tables;
  }

  async #judge(evidence: Evidence): Promise<boolean> {
    const { audit, versions } = evidence;
    this.#figures.told("versions", versions);
    this.#figures.told(
      "audit",
      audit.kind === "told"
        ? {
          balanced: audit.report.balanced,
          found: audit.report.found,
          records_read: audit.report.records_read,
        }
        : audit.why,
    );
    const faults = faultsIn(evidence);
    this.#figures.told("faults", faults);
    await this.#figures.write(this.#options.json);
    this.#say(`\n${stepTable(this.#steps)}\n`);
    for (const fault of faults) this.#say(fault);
    if (faults.length === 0) {
      this.#say(
        `Each of ${versions.facts} facts is the row that it is without the bug: ${versions.wereWrong} rows were wrong, and ${
          versions.facts - evidence.storedWithBug
        } were missing. The ledger is balanced.`,
      );
    }
    return faults.length === 0;
  }
}

function openSql(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) };
}
