import assert from "node:assert/strict";
import { test } from "node:test";
import { Anomaly } from "#contracts/anomaly.ts";
import { writeCountedPast } from "#kit/counted_past.ts";
import { untilReady } from "#kit/flowing.ts";
import type { Accepted } from "#kit/load.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";
import { ScenarioTime, scenarioTimeSettings } from "#kit/scenario_time.ts";
import { until } from "#kit/until.ts";
import { MINUTE_MS, minuteOf } from "../../workers/sentinel/detection/slots.ts";
import { sentinelSettings } from "../../workers/sentinel/settings.ts";

const PAYMENTS_A_MINUTE = 12;
/** Learnt from before the scenario begins. */
const PAST_MINUTES = 60;
/** For so long each part is away. */
const AWAY_MINUTES = 10;
/** What the minutes behind a gap say is not judged: then all is usual for longer than that. */
const USUAL_MINUTES = 4;

const START = minuteOf(Date.now()) - 120;
const services = ["intake", "validator", "persistence"] as const;

test("EventFlow's own lag raises no anomaly, and an outage of the sender does", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, {
      kafka,
      env: { EVENTFLOW_SENTINEL_LEARN_MINUTES: "15", ...scenarioTimeSettings },
    });
    await writeCountedPast(pipeline, {
      from: START - PAST_MINUTES,
      to: START,
      path: ["provider", "default", "EUR", "unknown"],
      payments: PAYMENTS_A_MINUTE,
    });
    const time = new ScenarioTime(pipeline);
    await time.set(START * MINUTE_MS);
    await pipeline.start(...services);
    await time.startSentinel(processes);
    const provider = new Provider(pipeline, time);
    await provider.pays(USUAL_MINUTES);

    await processes.kill("persistence");
    await provider.pays(AWAY_MINUTES);
    const { group, topic } = pipeline.input("persistence");
    const unstored = await pipeline.lag(group, topic);
    await processes.restart("persistence");
    await provider.pays(USUAL_MINUTES);

    await processes.kill("validator");
    await provider.pays(AWAY_MINUTES, { isCounted: false });
    await processes.restart("validator");
    await provider.pays(USUAL_MINUTES);

    await processes.kill("kafka");
    await untilReady(pipeline, ["intake"], false);
    await provider.isRefused(AWAY_MINUTES);
    await processes.restart("kafka");
    await untilReady(pipeline, services);
    await provider.pays(USUAL_MINUTES);

    const outage = provider.minute;
    await until("the outage was told", async () => {
      if ((await anomaliesIn(pipeline)).length > 0) return true;
      assert.ok(provider.minute < outage + AWAY_MINUTES, "an outage is found");
      await provider.isSilent();
      return false;
    });
    const told = await anomaliesIn(pipeline);
    assert.deepEqual(
      told.map(({ state, signal, direction, since }) => [
        state,
        signal,
        direction,
        since,
      ]),
      [["opened", "volume", "down", timeText(outage * MINUTE_MS)]],
    );

    // Each part was away for as long as it had to be.
    assert.ok(unstored >= AWAY_MINUTES * PAYMENTS_A_MINUTE);
    const beats = await time.heartbeats();
    const behind = Math.max(...beats.map(({ at, reached }) => at - reached));
    const lagMs = Number(sentinelSettings.lagMs.fallback);
    assert.ok(behind > Math.max(lagMs, (AWAY_MINUTES - 1) * MINUTE_MS));
    const apart = Math.max(
      ...beats.slice(1).map(({ at }, n) => at - (beats[n]?.at ?? 0)),
    );
    assert.ok(apart >= AWAY_MINUTES * MINUTE_MS);
    await proveNothingLostOrDoubled(pipeline, provider.accepted);
  });
});

/** Pays as much in each minute, of the scenario's time. */
class Provider {
  readonly accepted: Accepted[] = [];
  /** The one that is about to begin. */
  minute = START;
  readonly #pipeline: Pipeline;
  readonly #time: ScenarioTime;

  constructor(pipeline: Pipeline, time: ScenarioTime) {
    this.#pipeline = pipeline;
    this.#time = time;
  }

  /** @param isCounted false if that is not waited for */
  async pays(minutes: number, { isCounted = true } = {}): Promise<void> {
    for (let count = 0; count < minutes; count++) {
      const payments = this.#paymentsOf(this.minute);
      await Promise.all(payments.map((one) => this.#deliver(one)));
      if (isCounted) await this.#untilCounted();
      await this.isSilent();
    }
  }

  /** Nobody takes what it sends, and it does not send it again. */
  async isRefused(minutes: number): Promise<void> {
    const payments = Array.from({ length: minutes }, () => this.minute++)
      .flatMap((minute) => this.#paymentsOf(minute));
    const statuses = await Promise.all(
      payments.map((one) => this.#send(one)),
    );
    assert.deepEqual([...new Set(statuses)], [503]);
    await this.#time.set(this.minute * MINUTE_MS);
  }

  /** Lets the rest of a minute go by. */
  async isSilent(): Promise<void> {
    const begin = this.minute++ * MINUTE_MS;
    await this.#time.goOnTo(begin + MINUTE_MS / 2);
    await this.#time.goOnTo(begin + MINUTE_MS);
  }

  async #untilCounted(): Promise<void> {
    for (const worker of ["validator", "sentinel"] as const) {
      await until(
        `${worker} was finished`,
        () => this.#pipeline.isFinished(worker),
      );
    }
  }

  async #deliver(payment: Payment): Promise<void> {
    await until(
      "a payment was accepted",
      async () => await this.#send(payment) === 202,
    );
    this.accepted.push({ ...payment, sequence: 0, isGood: true });
  }

  #send({ eventId, paymentId, timestamp }: Payment): Promise<number> {
    const body = paymentJson({
      eventId,
      paymentId,
      timestamp,
      currency: "EUR",
    });
    return send(this.#pipeline.url("intake"), signed(body));
  }

  #paymentsOf(minute: number): Payment[] {
    return Array.from({ length: PAYMENTS_A_MINUTE }, (_, index) => {
      const paymentId = `pay-${minute}-${index}`;
      const ms = (minute + index / PAYMENTS_A_MINUTE) * MINUTE_MS;
      return { eventId: `${paymentId}:0`, paymentId, timestamp: timeText(ms) };
    });
  }
}

type Payment = {
  readonly eventId: string;
  readonly paymentId: string;
  readonly timestamp: string;
};

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

async function anomaliesIn({ cluster, topics }: Pipeline): Promise<Anomaly[]> {
  const records = await cluster.readAll(topics.anomalies);
  return records.map(({ value }) => Anomaly.parse(JSON.parse(String(value))));
}
