/**
 * Time that goes on when a scenario says so: ten minutes of payments take as long as it takes to send them, and a slow machine makes
 * no minute longer.
 *
 * @module
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type LogRecord,
  readLogRecord,
} from "../../../workers/sentinel/counts/counts_log.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { programInPlaceOf } from "./program_in_place.ts";
import { until } from "./until.ts";

/** The sentinel's settings for it: it looks often, as a heartbeat is due whenever time has gone on. */
export const scenarioTimeSettings = {
  EVENTFLOW_SENTINEL_HEARTBEAT_MS: "100",
};

type Heartbeat = Extract<LogRecord, { kind: "heartbeat" }>;

export class ScenarioTime {
  readonly #pipeline: Pipeline;
  readonly #file: string;
  readonly #heartbeats: Heartbeat[] = [];
  #readTo = 0;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
    this.#file = join(pipeline.folder, "scenario-time");
  }

  /** Starts the sentinel by this time, under its name. */
  async startSentinel(processes: Processes): Promise<void> {
    const { environment, url } = this.#pipeline;
    await processes.start(programInPlaceOf("sentinel", {
      main: "sentinel_by_scenario_time.ts",
      env: { ...environment, SCENARIO_TIME: this.#file },
      url: url("sentinel"),
    }));
  }

  /** @param ms since the epoch */
  async set(ms: number): Promise<void> {
    // Exchanged whole: it is read at any time.
    await writeFile(`${this.#file}.next`, `${ms}`);
    await rename(`${this.#file}.next`, this.#file);
  }

  /** Lets time go on, and waits until the sentinel has said that it does. */
  async goOnTo(ms: number): Promise<void> {
    await this.set(ms);
    await until("the sentinel wrote a heartbeat", async () => {
      const all = await this.heartbeats();
      return (all.at(-1)?.at ?? 0) >= ms;
    });
  }

  /** All there are, in their order. */
  async heartbeats(): Promise<readonly Heartbeat[]> {
    const { cluster, topics } = this.#pipeline;
    const topic = topics.sentinelCounts;
    const to = (await cluster.admin.endOffsets(topic)).get(0) ?? 0;
    const ranges = [{ partition: 0, from: this.#readTo, to }];
    if (this.#readTo >= to) return this.#heartbeats;
    for await (const { records } of cluster.kafka.read({ topic, ranges })) {
      for (const { value } of records) {
        const record = readLogRecord(value);
        if (record?.kind === "heartbeat") this.#heartbeats.push(record);
      }
    }
    this.#readTo = to;
    return this.#heartbeats;
  }
}
