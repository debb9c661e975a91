import assert from "node:assert/strict";
import { test } from "node:test";
import { countFact } from "../../../workers/sentinel/detection/count_fact.ts";
import type { Counted } from "../../../workers/sentinel/detection/count_fact.ts";
import { Detector } from "../../../workers/sentinel/detection/detector.ts";
import { MinuteQueue } from "../../../workers/sentinel/detection/minute_queue.ts";
import { backtest } from "./backtest.ts";
import type { Incident } from "./incidents.ts";
import {
  type MadeIncident,
  traffic,
  type TrafficOptions,
  usualTraffic,
} from "./traffic/traffic.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function* counted(
  options: TrafficOptions,
  incidents: readonly MadeIncident[],
): Generator<Counted> {
  for (const { event } of traffic(options, incidents)) {
    const one = countFact(event);
    if (one !== undefined) yield one;
  }
}

async function judged(
  options: Partial<TrafficOptions>,
  made: readonly MadeIncident[],
  calibrateDays = 14,
) {
  const all = { ...usualTraffic, days: 16, curve: "flat" as const, ...options };
  const incidents = made.map((one): Incident => ({
    kind: one.kind,
    path: one.provider === undefined ? [] : [one.provider],
    sinceMs: one.sinceMs,
    untilMs: one.untilMs,
  }));
  return await backtest({
    facts: counted(all, made),
    spanDays: all.days,
    calibrateDays,
    incidents,
    sorted: false,
    unreadable: () => 0,
  });
}

/** Two hours of it, so many hours after the fourteenth day. */
function incident(
  kind: MadeIncident["kind"],
  afterHours: number,
  provider?: string,
): MadeIncident {
  const sinceMs = usualTraffic.startMs + 14 * DAY_MS + afterHours * HOUR_MS;
  return { kind, sinceMs, untilMs: sinceMs + 2 * HOUR_MS, provider };
}

test("incidents of every kind are found, each by its signal, and nothing else", async () => {
  const made = [
    incident("outage", 4),
    incident("half", 12),
    incident("third_less", 20),
    incident("surge", 28),
    incident("approval_drop", 36),
  ];
  const { truth, alarms } = await judged({ seed: 3 }, made);
  assert.equal(truth?.recall, 1);
  assert.equal(truth.false_alarms, 0);
  assert.deepEqual(
    alarms.map(({ signal, direction, level }) => [signal, direction, level]),
    [
      ["volume", "down", "all"],
      ["volume", "down", "all"],
      ["volume", "down", "all"],
      ["volume", "up", "all"],
      ["approval", "down", "all"],
    ],
  );
});

test("an outage of one provider is told of that provider, once", async () => {
  const { alarms } = await judged(
    { seed: 4, perMinute: 12, providers: { stripe: 3, adyen: 2, paypal: 1 } },
    [incident("outage", 10, "adyen")],
  );
  assert.deepEqual(
    alarms.map(({ signal, segment, closed_because }) => ({
      signal,
      segment,
      closed_because,
    })),
    [{
      signal: "volume",
      segment: { provider: "adyen" },
      closed_because: "recovered",
    }],
  );
});

test("the same facts come to the same report, byte for byte", async () => {
  const report = async () => {
    const made = [incident("half", 5)];
    return JSON.stringify(await judged({ seed: 5, dispersion: 2 }, made));
  };
  assert.equal(await report(), await report());
});

test("a detector whose state was written and read goes on as if it had not been", () => {
  const straight = new Detector();
  let broken = new Detector();
  const queue = new MinuteQueue();
  const options = { ...usualTraffic, days: 3, perMinute: 5 };
  const made: MadeIncident[] = [{
    kind: "outage",
    sinceMs: options.startMs + 2.5 * DAY_MS,
    untilMs: options.startMs + 2.6 * DAY_MS,
  }];
  const found: [unknown[], unknown[]] = [[], []];
  for (const one of counted(options, made)) {
    queue.add(one.minute, one.path, one.counts);
    for (const { minute, counts } of queue.take(one.minute - 1)) {
      found[0].push(...straight.judge(minute, counts));
      found[1].push(...broken.judge(minute, counts));
      if (minute % 500 === 0) {
        broken = new Detector(
          undefined,
          JSON.parse(JSON.stringify(broken.state)),
        );
      }
    }
  }
  assert.ok(found[0].length > 0);
  assert.deepEqual(found[1], found[0]);
  assert.equal(JSON.stringify(broken.state), JSON.stringify(straight.state));
});
