/**
 * For scenarios: the dead-letter desk as a program sees it, by its HTTP API.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { headers } from "#contracts/headers.ts";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Pipeline } from "./pipeline.ts";
import { until } from "./until.ts";

const Job = z.looseObject({
  job: z.string(),
  state: z.string(),
  why: z.string().nullable(),
  selected: z.int(),
  sent: z.int(),
  outcomes: z.object({
    passed: z.int(),
    dead_again: z.int(),
    passed_over: z.int(),
    waiting: z.int(),
  }),
});
export type Job = z.infer<typeof Job>;

const Forecast = z.object({
  selected: z.int(),
  would_pass: z.int(),
  would_fail: z.int(),
  reasons: z.array(
    z.object({ code: z.string(), message: z.string(), count: z.int() }),
  ),
});

const Letters = z.object({
  letters: z.array(z.looseObject({
    letter: z.string(),
    state: z.string(),
    service: z.string(),
    code: z.string(),
    event_id: z.string().nullable(),
    amount: z.string().nullable(),
    origin: z.string(),
  })),
  next: z.string().nullable(),
});

export type Plan = {
  readonly filter?: Readonly<Record<string, string>>;
  readonly edit?: unknown;
  readonly options?: Readonly<Record<string, unknown>>;
};

/** Replaces the amount of each body, which makes a good one of what was negative. */
export const mendAmount = {
  patch: [{ op: "replace", path: "/payload/amount", value: 49.9 }],
};

export class Desk {
  readonly #pipeline: Pipeline;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  /** Asks, and tells status and JSON of the answer. */
  async ask(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
  ): Promise<{ status: number; json: unknown }> {
    const url = `${this.#pipeline.url("dead_letter_desk")}/api${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${PUBLIC_DESK_TOKEN}`,
        ...body !== undefined && { "Content-Type": "application/json" },
      },
      ...body !== undefined && { body: JSON.stringify(body) },
    });
    return { status: response.status, json: await response.json() };
  }

  async #told<T>(
    schema: z.ZodType<T>,
    ...question: Parameters<Desk["ask"]>
  ): Promise<T> {
    const { status, json } = await this.ask(...question);
    assert.ok(
      status < 300,
      `${question[1]}: ${status} ${JSON.stringify(json)}`,
    );
    return schema.parse(json);
  }

  /** Waits until the index has so many letters in a state. */
  async untilLetters(count: number, state = "open"): Promise<void> {
    await until(`the desk had ${count} letters that are ${state}`, async () => {
      const found = await this.#told(
        z.looseObject({ count: z.int() }),
        "GET",
        `/letters/count?state=${state}`,
      );
      return found.count === count;
    });
  }

  /** All letters, whatever became of them. */
  async letters(
    filter = "",
  ): Promise<z.infer<typeof Letters>["letters"]> {
    const all = [];
    let after = "";
    for (;;) {
      const page = await this.#told(
        Letters,
        "GET",
        `/letters?limit=500${filter && `&${filter}`}${after}`,
      );
      all.push(...page.letters);
      if (page.next === null) return all;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  /** @returns the job's id */
  async plan(plan: Plan = {}): Promise<string> {
    return (await this.#told(Job, "POST", "/jobs", plan)).job;
  }

  async run(job: string): Promise<void> {
    await this.#told(Job, "POST", `/jobs/${job}/run`);
  }

  async dryRun(job: string): Promise<z.infer<typeof Forecast>> {
    return await this.#told(Forecast, "POST", `/jobs/${job}/dry-run`);
  }

  async job(job: string): Promise<Job> {
    return await this.#told(Job, "GET", `/jobs/${job}`);
  }

  /** Waits until a job is done, and tells what came of it. */
  async untilDone(job: string): Promise<Job> {
    let last: Job | undefined;
    await until("the job was done", async () => {
      // It may have been killed, and not be there again yet.
      last = await this.job(job).catch(() => last);
      assert.ok(
        last?.state !== "paused",
        `the job has paused: ${last?.why}`,
      );
      return last?.state === "done";
    });
    return last ?? await this.job(job);
  }
}

/** Of the records of a topic, those that a job has put there. */
export async function replaysBy(
  { cluster }: Pick<Pipeline, "cluster">,
  topic: string,
  job: string,
): Promise<ReceivedRecord[]> {
  const records = await cluster.readAll(topic);
  return records.filter(({ headers: all }) =>
    headerText(all, headers.replayJob) === job
  );
}

/** The records that they are replays of, as topic/partition/offset. */
export function whatTheyReplay(records: readonly ReceivedRecord[]): string[] {
  return records.map(({ headers: all }) =>
    headerText(all, headers.replayOf) ?? ""
  );
}
