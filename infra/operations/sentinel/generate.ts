import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { writtenFile } from "../written_file.ts";
import type { CurveName } from "./traffic/curves.ts";
import {
  incidentKinds,
  type MadeIncident,
  madeIncidents,
  traffic,
  usualTraffic,
} from "./traffic/traffic.ts";

export type GenerateOptions = {
  readonly events: string;
  readonly incidents: string;
  readonly seed: number;
  readonly days: number;
  readonly quietDays: number;
  readonly perMinute: number;
  readonly dispersion: number;
  readonly weekend: number;
  readonly providers: number;
  readonly curve: CurveName;
};

export const NAMES = [
  "stripe",
  "adyen",
  "paypal",
  "square",
  "checkout",
] as const;
const DAY_MS = 86_400_000;

/** Writes made-up facts and the incidents that are in them. @returns a sentence that says what was written */
export async function generate(options: GenerateOptions): Promise<string> {
  const { seed, days, perMinute, dispersion, weekend, curve } = options;
  const names = NAMES.slice(0, options.providers);
  const providers = Object.fromEntries(
    names.map((name, index) => [name, names.length - index]),
  );
  const made = {
    ...usualTraffic,
    seed,
    days,
    perMinute,
    dispersion,
    weekend,
    curve,
    providers,
  };
  const incidents = madeIncidents({
    seed,
    fromMs: made.startMs + options.quietDays * DAY_MS,
    untilMs: made.startMs + days * DAY_MS,
    kinds: incidentKinds,
    providers: names.length > 1 ? names : [],
  });
  let count = 0;
  function* lines() {
    for (const { event } of traffic(made, incidents)) {
      count++;
      yield `${JSON.stringify(event)}\n`;
    }
  }
  const [eventsFile, incidentsFile] = [
    await writtenFile(options.events),
    await writtenFile(options.incidents),
  ];
  await pipeline(Readable.from(lines()), eventsFile);
  await pipeline(
    Readable.from(incidents.map((one) => `${JSON.stringify(told(one))}\n`)),
    incidentsFile,
  );
  return `Wrote ${
    count.toLocaleString("en")
  } events to ${options.events} and ${incidents.length} incidents to ${options.incidents}.`;
}

function told({ kind, sinceMs, untilMs, provider }: MadeIncident) {
  return {
    kind,
    signal: kind === "approval_drop" ? "approval" : "volume",
    segment: provider === undefined ? {} : { provider },
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  };
}
