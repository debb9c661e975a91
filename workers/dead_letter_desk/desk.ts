import { randomUUID } from "node:crypto";
import { services } from "#contracts/services.ts";
import type {
  Edit,
  JobOptions,
  Records,
  What,
} from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import type { ActionLog, By } from "./actions/action_log.ts";
import { recordsOf } from "./actions/offsets.ts";
import type { Explaining } from "./explainer/explaining.ts";
import type { Explained } from "./explainer/spent.ts";
import {
  anomalySubject,
  lettersSubject,
  refusedSubject,
} from "./explainer/subjects.ts";
import { isAtLeast, type Person, type Role } from "./http/tokens.ts";
import { dryRun } from "./jobs/dry_run.ts";
import type { Forecast } from "./jobs/forecast.ts";
import { selectFacts } from "./jobs/fact_selection.ts";
import type { JobRunner } from "./jobs/job_runner.ts";
import {
  type ApprovalAbove,
  checkSelection,
  defaultOptions,
  MOST_SELECTED,
  nothingFound,
  parts,
  type Plan,
  planned,
  tooMany,
} from "./jobs/plan.ts";
import { selectLetters } from "./jobs/selection.ts";
import { anomalyOf } from "./queries/anomalies.ts";
import { filterText, type LetterFilter } from "./queries/filter.ts";
import { type Job, jobOf } from "./queries/jobs.ts";
import { rejectedOf } from "./queries/rejected.ts";
import {
  selectUnmapped,
  type UnmappedFilter,
  unmappedOf,
} from "./queries/unmapped.ts";
import { DeskRefusal } from "./refusal.ts";

/** Whoever asks for something, and by which face. */
export type Asker = Person & { readonly via: By["via"] };

export type DeskDeps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<KafkaAdmin, "offsetsAt">;
  readonly database: Pick<Database, "use">;
  /** For what takes long. */
  readonly slowDatabase: Pick<Database, "use">;
  readonly log: ActionLog;
  readonly runner: Pick<JobRunner, "whyWaits">;
  readonly topics: {
    readonly deadLetters: string;
    readonly raw: string;
    readonly validated: string;
    readonly unmapped: string;
  };
  readonly explaining: Pick<Explaining, "explain">;
  readonly version: string;
  /** A plan above these needs a second person. */
  readonly approvalAbove: ApprovalAbove;
};

export type LetterPlan = {
  readonly filter: LetterFilter;
  readonly edit?: Edit | null;
  readonly options?: Partial<JobOptions>;
  readonly reason?: string | null;
};

export type FactPlan = {
  readonly from: string;
  readonly since: string;
  readonly until: string;
  readonly provider?: string | undefined;
  readonly for: string;
  readonly options?: Partial<JobOptions>;
  readonly reason?: string | null;
};

export type UnmappedPlan = {
  readonly filter: UnmappedFilter;
  readonly options?: Partial<JobOptions>;
  readonly reason?: string | null;
};

/** Refusals of one cause. */
export type RefusedCause = {
  readonly provider?: string | undefined;
  readonly account?: string | undefined;
  readonly cause: string;
};

/**
 * All that can be done at the desk, whoever asks and by whichever face: what a person may do is decided here and nowhere else.
 * Whatever changes something is an action in the log.
 */
export class Desk {
  readonly #deps: DeskDeps;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /**
   * Freezes what a filter finds as a job that can be tried, approved and run.
   *
   * @throws {DeskRefusal} if it finds nothing, or would put events of a payment out of order
   */
  async plan(plan: LetterPlan, by: Asker): Promise<Job> {
    need(by, "operator", "plan a replay");
    const { slowDatabase, log, topics } = this.#deps;
    const options = { ...defaultOptions, ...plan.options };
    const job = randomUUID();
    await log.write(by, async () => {
      const selection = await selectLetters(slowDatabase, plan.filter);
      checkSelection(selection, plan.filter, options);
      return this.#planned({
        job,
        of: "letters",
        topic: topics.deadLetters,
        filter: plan.filter,
        replayFor: null,
        edit: plan.edit ?? null,
        options,
        reason: plan.reason ?? null,
        ...selection,
      });
    });
    return await this.job(job);
  }

  /** Freezes facts of a topic as a job. */
  async planFacts(plan: FactPlan, by: Asker): Promise<Job> {
    need(by, "operator", "plan a replay of facts");
    const { kafka, admin, log, topics } = this.#deps;
    if (plan.from !== topics.raw && plan.from !== topics.validated) {
      throw new DeskRefusal(
        422,
        `Facts are replayed from ${topics.raw} or ${topics.validated}, not from ${plan.from}.`,
      );
    }
    const [sinceMs, untilMs] = [Date.parse(plan.since), Date.parse(plan.until)];
    if (!(sinceMs < untilMs)) {
      throw new DeskRefusal(
        422,
        `since must be before until: they are ${plan.since} and ${plan.until}.`,
      );
    }
    const { ranges, count, hasMore } = await selectFacts(
      { kafka, admin },
      { topic: plan.from, sinceMs, untilMs, provider: plan.provider },
      { most: MOST_SELECTED },
    );
    if (hasMore) throw tooMany();
    if (count === 0) {
      throw new DeskRefusal(
        422,
        `${plan.from} has no records from ${plan.since} to ${plan.until}${
          plan.provider === undefined ? "" : ` of ${plan.provider}`
        }.`,
      );
    }
    const job = randomUUID();
    const { from, since, until, provider } = plan;
    await log.write(by, () =>
      Promise.resolve(this.#planned({
        job,
        of: "facts",
        topic: from,
        filter: {
          from,
          since,
          until,
          ...provider === undefined ? {} : { provider },
          for: plan.for,
        },
        replayFor: plan.for,
        edit: null,
        options: { ...defaultOptions, ...plan.options },
        reason: plan.reason ?? null,
        ranges,
        count,
        amounts: [],
      })));
    return await this.job(job);
  }

  /**
   * Freezes webhooks that no mapping knew as a job: their raw records are sent to the validator again.
   *
   * @throws {DeskRefusal} if none is found that can be sent
   */
  async planUnmapped(plan: UnmappedPlan, by: Asker): Promise<Job> {
    need(by, "operator", "plan a replay of unmapped webhooks");
    const { slowDatabase, log, topics } = this.#deps;
    const job = randomUUID();
    await log.write(by, async () => {
      const { ranges, count } = await selectUnmapped(slowDatabase, plan.filter);
      if (count === 0) throw await this.#noneUnmapped(plan.filter);
      if (count > MOST_SELECTED) throw tooMany();
      return this.#planned({
        job,
        of: "unmapped",
        topic: topics.unmapped,
        filter: plan.filter,
        replayFor: services.validator,
        edit: null,
        options: { ...defaultOptions, ...plan.options },
        reason: plan.reason ?? null,
        ranges,
        count,
        amounts: [],
      });
    });
    return await this.job(job);
  }

  /** What today's mappings would make of webhooks that no mapping knew, without a plan. */
  async forecastUnmapped(
    filter: UnmappedFilter,
    by: Asker,
  ): Promise<Forecast> {
    need(by, "investigator", "dry-run");
    return await dryRun(this.#dryRunDeps(), { unmapped: filter });
  }

  /** Today's code's word on what a filter finds, without a plan. */
  async forecast(filter: LetterFilter, by: Asker): Promise<Forecast> {
    need(by, "investigator", "dry-run");
    return await dryRun(this.#dryRunDeps(), {
      filter: { ...filter, state: filter.state ?? "open" },
    });
  }

  /** Today's code's word on a job; it is kept with it. */
  async dryRun(id: string, by: Asker): Promise<Forecast> {
    need(by, "investigator", "dry-run");
    const job = await this.job(id);
    const forecast = await dryRun(
      this.#dryRunDeps(),
      { job: job.job, topic: job.topic, of: job.of, replayFor: job.replay_for },
      { edit: job.edit },
    );
    const { selected: _, ...told } = forecast;
    await this.#write({
      kind: "dry_run",
      job: job.job,
      ...told,
      reasons: forecast.reasons.slice(0, 50).map((one) => ({
        ...one,
        message: one.message.slice(0, 500),
      })),
      version: this.#deps.version,
    }, by);
    return forecast;
  }

  /** Lets a plan run that needs a second person, who is another than the one that made it. */
  async approve(id: string, planSha256: string, by: Asker): Promise<Job> {
    need(by, "approver", "approve a plan");
    const { job } = await this.job(id);
    await this.#deps.log.write(by, async () => {
      const now = await this.job(job);
      if (now.state !== "planned" || !now.needs_approval) {
        throw new DeskRefusal(
          409,
          `Job ${short(job)} needs no approval: it is ${now.state}.`,
        );
      }
      if (now.planned_by === by.subject) {
        throw new DeskRefusal(
          403,
          `${by.subject} has planned job ${
            short(job)
          }: another person has to approve it.`,
        );
      }
      if (now.plan_sha256 !== planSha256) {
        throw new DeskRefusal(
          409,
          `The plan of job ${
            short(job)
          } is another one: look at it again, its hash is ${now.plan_sha256}.`,
        );
      }
      return { actions: [{ kind: "approve", job, plan_sha256: planSha256 }] };
    });
    return await this.job(job);
  }

  /** Runs, pauses or stops a job. What was sent stays sent. */
  async control(
    id: string,
    to: "run" | "pause" | "stop",
    by: Asker,
    reason: string | null = null,
  ): Promise<Job> {
    need(by, "operator", `${to} a job`);
    const { job } = await this.job(id);
    await this.#deps.log.write(by, async () => {
      const now = await this.job(job);
      if (now.state === "stopped" || now.state === "done") {
        throw new DeskRefusal(
          409,
          `Job ${short(job)} is ${now.state}: plan another one.`,
        );
      }
      if (to === "run" && now.state === "running") return undefined;
      if (to === "pause" && now.state !== "running") {
        throw new DeskRefusal(
          409,
          `Job ${short(job)} does not run: it is ${now.state}.`,
        );
      }
      if (to === "run" && now.needs_approval && now.approved_at === null) {
        throw new DeskRefusal(
          409,
          `Job ${
            short(job)
          } has ${now.selected} records and waits for the approval of another person than ${now.planned_by}.`,
        );
      }
      return { actions: [{ kind: "control", job, to, reason }] };
    });
    return await this.job(job);
  }

  /** Puts letters aside for good, or takes them back, or out of every bulk replay's way. Each stays where it is. */
  async decide(
    kind: "discard" | "restore" | "quarantine",
    filter: LetterFilter,
    reason: string,
    by: Asker,
  ): Promise<{ readonly count: number }> {
    need(by, "operator", `${kind} dead letters`);
    const { slowDatabase, log, topics } = this.#deps;
    const from = {
      discard: "open",
      restore: "discarded",
      quarantine: "open",
    } as const;
    let count = 0;
    await log.write(by, async () => {
      const selection = await selectLetters(slowDatabase, {
        ...filter,
        state: filter.state ?? from[kind],
      });
      count = selection.count;
      if (count === 0) throw nothingFound(filter);
      return {
        actions: parts(selection.ranges).map((ranges) => ({
          kind,
          records: recordsOf(topics.deadLetters, ranges),
          reason,
        })),
      };
    });
    return { count };
  }

  async acknowledge(
    cause: string,
    reason: string | null,
    by: Asker,
  ): Promise<void> {
    need(by, "operator", "acknowledge a cause");
    const id = await this.#causeId(cause);
    await this.#write({ kind: "acknowledge", cause: id, reason }, by);
  }

  async note(cause: string, text: string, by: Asker): Promise<void> {
    need(by, "operator", "note something");
    const id = await this.#causeId(cause);
    await this.#write({ kind: "note", cause: id, text }, by);
  }

  /**
   * Says in plain words why letters of a cause failed, and proposes a patch if one is sure. Nothing is changed.
   *
   * @throws {DeskRefusal} if no letter of it is open
   */
  async explain(cause: string, by: Asker): Promise<Explained> {
    need(by, "investigator", "have a cause explained");
    const { database, kafka, topics, explaining } = this.#deps;
    const id = await this.#causeId(cause);
    const reads = { database, kafka, topics };
    return await explaining.explain(await lettersSubject(reads, id), by);
  }

  /** The same of webhooks that the intake refused: the latest refusals of a cause, at a provider if one is named. */
  async explainRefused(
    { provider, account, cause }: RefusedCause,
    by: Asker,
  ): Promise<Explained> {
    need(by, "investigator", "have refused webhooks explained");
    const { database, explaining } = this.#deps;
    const rows = await rejectedOf(database, { provider, account });
    const row = rows.find((one) => one.cause === cause);
    if (row === undefined) {
      throw new DeskRefusal(
        404,
        `No webhook was refused for ${cause} in the last 7 days.`,
      );
    }
    return await explaining.explain(refusedSubject(row), by);
  }

  /** The same of an anomaly in the flow. */
  async explainAnomaly(id: string, by: Asker): Promise<Explained> {
    need(by, "investigator", "have an anomaly explained");
    const { database, explaining } = this.#deps;
    const anomaly = await anomalyOf(database, id);
    return await explaining.explain(anomalySubject(anomaly), by);
  }

  /** Writes down that somebody is shown what is masked, before it is shown. */
  async unmask(records: Records, by: Asker): Promise<void> {
    need(by, "investigator", "see what is masked");
    await this.#write({ kind: "unmask", records }, by);
  }

  /** @throws {DeskRefusal} if there is no such job */
  async job(id: string): Promise<Job> {
    const job = await jobOf(this.#deps.database, id);
    if (job === undefined) {
      throw new DeskRefusal(
        404,
        `There is no job ${id}, or more than one begins so.`,
      );
    }
    return {
      ...job,
      why: job.why ?? this.#deps.runner.whyWaits(job.job) ?? null,
    };
  }

  /** Writes an action that nothing decides about. */
  async #write(what: What, by: Asker): Promise<void> {
    await this.#deps.log.write(
      by,
      () => Promise.resolve({ actions: [what] }),
    );
  }

  #planned(plan: Plan): { readonly actions: readonly What[] } {
    return { actions: planned(plan, this.#deps.approvalAbove) };
  }

  async #noneUnmapped(filter: UnmappedFilter): Promise<DeskRefusal> {
    const kinds = await unmappedOf(this.#deps.database, filter);
    const gone = kinds.reduce((sum, one) => sum + one.gone, 0);
    return new DeskRefusal(
      422,
      `No webhook waits for a mapping that is found by ${
        filterText(filter) || "no filter"
      }${
        gone === 0
          ? ""
          : `; of ${gone} the raw record is not kept any more, so that they cannot be sent again`
      }.`,
    );
  }

  async #causeId(cause: string): Promise<string> {
    const [found, another] = await causesOfAnyState(this.#deps.database, cause);
    if (found === undefined || another !== undefined) {
      throw new DeskRefusal(
        404,
        `There is no cause ${cause}, or more than one begins so.`,
      );
    }
    return found;
  }

  #dryRunDeps() {
    const { slowDatabase: database, kafka, topics } = this.#deps;
    return {
      database,
      kafka,
      deadLetterTopic: topics.deadLetters,
      unmappedTopic: topics.unmapped,
    };
  }
}

async function causesOfAnyState(
  database: Pick<Database, "use">,
  cause: string,
): Promise<string[]> {
  if (!/^[0-9a-f]{6,64}$/.test(cause)) return [];
  const rows = await database.use((sql) =>
    sql<
      { id: string }[]
    >`select id from causes where id like ${`${cause}%`} limit 2`
  );
  return rows.map(({ id }) => id);
}

/** @throws {DeskRefusal} if somebody may not do it */
function need({ subject, role }: Person, least: Role, what: string): void {
  if (isAtLeast(role, least)) return;
  throw new DeskRefusal(
    403,
    `${subject} may not ${what}: that takes the role ${least}, and theirs is ${role}.`,
  );
}

function short(job: string): string {
  return job.slice(0, 8);
}
