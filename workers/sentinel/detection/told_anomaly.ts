import type { ToldAnomaly } from "#contracts/anomaly.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import type { Alarm, Finding } from "./alarm.ts";
import { NAT } from "./evidence.ts";
import { keyOf, levelOf, segmentOf } from "./segment.ts";
import { movement, seriesSpecs } from "./signals.ts";
import { MINUTE_MS } from "./slots.ts";

/**
 * A finding as people and programs read it.
 *
 * @param graceMs for how long a minute stays open after its end
 */
export function toldAnomaly(
  finding: Finding,
  graceMs: number,
): ToldAnomaly {
  const { alarm } = finding;
  const spec = seriesSpecs.find(({ id }) => id === alarm.series);
  const isClosed = finding.state === "closed";
  const sum = isClosed ? alarm.total : alarm.at;
  const closeOf = (minute: number) =>
    timeText((minute + 1) * MINUTE_MS + graceMs);
  return {
    anomaly_id: idOf(alarm),
    signal: spec?.signal ?? "volume",
    series: alarm.series,
    direction: spec ? movement(spec, alarm.direction) : alarm.direction,
    level: levelOf(alarm.path),
    segment: segmentOf(alarm.path),
    since: timeText(alarm.since * MINUTE_MS),
    raised_at: closeOf(alarm.raised),
    closed_at: isClosed ? closeOf(finding.minute) : null,
    closed_because: isClosed ? finding.why : null,
    expected: rounded(sum.expected, 3),
    observed: sum.observed,
    evidence: {
      nats: rounded(alarm.evidence / NAT, 3),
      threshold: rounded(alarm.threshold / NAT, 3),
      minutes: alarm.raised - alarm.since + 1,
      exposure: sum.exposure,
    },
    money_affected: moneyOf(alarm, Math.abs(sum.observed - sum.expected)),
  };
}

function idOf({ series, direction, path, raised }: Alarm): string {
  const segment = path.length === 0 ? "all" : keyOf(path);
  return `${series}-${direction}@${segment}@${timeText(raised * MINUTE_MS)}`;
}

/** An average of each, times how many: to the least unit of its currency. */
function moneyOf(
  { money }: Alarm,
  count: number,
): ToldAnomaly["money_affected"] {
  return Object.fromEntries(
    Object.entries(money).map(([currency, average]) => [
      currency,
      rounded(count * average / 1e6, decimalsOf(currency)),
    ]),
  );
}

export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
