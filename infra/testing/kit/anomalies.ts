import type { Anomaly } from "#contracts/anomaly.ts";

/** An anomaly that is open: of one provider, or of all together. */
export function openedAnomaly(id: string, provider?: string): Anomaly {
  return {
    state: "opened",
    anomaly_id: id,
    signal: "volume",
    series: "volume",
    direction: "down",
    level: provider === undefined ? "all" : "provider",
    segment: provider === undefined ? {} : { provider },
    since: "2026-01-02T03:00:00.000Z",
    raised_at: "2026-01-02T03:05:15.000Z",
    closed_at: null,
    closed_because: null,
    expected: 31.2,
    observed: 2,
    evidence: { nats: 24.1, threshold: 10.3, minutes: 5, exposure: 5 },
    money_affected: { EUR: 1_460.21 },
    detector: { version: 1, false_alarms_per_week: 0.5, grace_ms: 15_000 },
    counts_offset: 4_711,
  };
}

/** The same once it is over. */
export function closedAnomaly(id: string, provider?: string): Anomaly {
  return {
    ...openedAnomaly(id, provider),
    state: "closed",
    closed_at: "2026-01-02T05:36:15.000Z",
    closed_because: "recovered",
  };
}
