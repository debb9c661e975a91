import { Buffer } from "node:buffer";
import { Anomaly } from "#contracts/anomaly.ts";
import type { KafkaAdmin, KafkaClient, OutgoingRecord } from "#kafka/port.ts";
import { readableRanges } from "#kafka/readable_ranges.ts";
import type { Finding } from "../detection/alarm.ts";
import { DETECTOR_VERSION } from "../detection/detector.ts";
import { keyOf } from "../detection/segment.ts";
import { toldAnomaly } from "../detection/told_anomaly.ts";
import type { JudgeSettings } from "./judge.ts";

/** A finding as a record of `events.anomalies.v1`. */
export function anomalyRecord(
  topic: string,
  finding: Finding,
  { settings, countsOffset }: {
    readonly settings: JudgeSettings;
    readonly countsOffset: number;
  },
): OutgoingRecord {
  const anomaly: Anomaly = {
    state: finding.state,
    ...toldAnomaly(finding, settings.graceMs),
    detector: {
      version: DETECTOR_VERSION,
      false_alarms_per_week: settings.falseAlarmsPerWeek,
      grace_ms: settings.graceMs,
    },
    counts_offset: countsOffset,
  };
  return {
    topic,
    key: Buffer.from(keyOf(finding.alarm.path) || "all"),
    value: Buffer.from(JSON.stringify(anomaly)),
    headers: [],
  };
}

/** Anomalies that are looked back for: what follows from one record of counts is written together, and is fewer. */
const LOOKED_BACK = 500;

/** The record of counts up to which anomalies were told already; -1 if none was. */
export async function toldUpTo(
  { kafka, admin, topic }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
    readonly topic: string;
  },
): Promise<number> {
  const ranges = await readableRanges(admin, topic, { last: LOOKED_BACK });
  let last = -1;
  for await (const { records } of kafka.read({ topic, ranges })) {
    for (const { value } of records) {
      const read = Anomaly.safeParse(
        value === null ? null : JSON.parse(value.toString("utf8")),
      );
      if (read.success) last = Math.max(last, read.data.counts_offset);
    }
  }
  return last;
}
