/**
 * `deno task simulate-facts`: writes payments of many days as facts, with frauds that are disputed later and incidents among
 * them, and sends none. What judges payments is trained and tested with them.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { closeSync, openSync, writeSync } from "node:fs";
import process from "node:process";
import { describeError } from "#runtime/errors.ts";
import { type FraudKind, fraudKinds } from "../customers/fraud_kinds.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { seedOf } from "../customers/random.ts";
import { type IncidentKind, incidentsNamed } from "../incidents/kinds.ts";
import { simulatorSettings } from "../settings.ts";
import { noCounts } from "./fact_counts.ts";
import { generateFacts } from "./generate.ts";
import { incidentLine, planIncidents } from "./incident_plan.ts";
import { liveFacts } from "./live_facts.ts";
import { factProviders } from "./markets.ts";

/** What a wrong option ends with. */
const USAGE = 2;
const STANDARD_OUTPUT = 1;
const CHUNK_CHARACTERS = 1 << 20;
/** As many as `deno task up` has. */
const LIVE_CUSTOMERS = 10_000;

type Options = {
  readonly facts: string;
  readonly incidents?: string;
  readonly seed: number;
  readonly since: number;
  readonly days: number;
  readonly paymentsPerDay: number;
  readonly live?: number;
  readonly customers?: number;
  readonly fraud: readonly FraudKind[];
  readonly fraudRate: number;
  readonly incident: readonly IncidentKind[];
  readonly provider: typeof factProviders;
  readonly quietDays: number;
  readonly everyDays: number;
  readonly minutes: number;
  readonly left?: number;
  readonly toTheEnd: boolean;
};

const options = new Command("deno task simulate-facts")
  .description(
    "Write made-up payments of many days as facts, one JSON object a line, in the order of their times, and send none. The same options and seed give the same bytes.",
  )
  .requiredOption("--facts <file>", "where to; - is standard output")
  .option(
    "--incidents <file>",
    "where the truth about incidents is written to, one JSON object a line",
  )
  .option("--seed <number>", "what chance begins with", whole(0), 1)
  .option(
    "--since <day>",
    "the first day, in UTC",
    day,
    Date.UTC(2026, 0, 5),
  )
  .option("--days <number>", "how many days", whole(1), 60)
  .option(
    "--payments-per-day <number>",
    "on average, all providers together",
    whole(1),
    10_000,
  )
  .option(
    "--customers <number>",
    `how many there are; as many as payments a day if absent, and ${LIVE_CUSTOMERS} with --live`,
    whole(1),
  )
  .option(
    "--live <events per second>",
    "instead, what the own stream of deno task up tells at so many events a second, where frauds take minutes and are disputed as soon: --incident, --fraud, --payments-per-day and --to-the-end do nothing",
    perSecond,
  )
  .option(
    "--fraud <kinds>",
    `which frauds, comma-separated, or none: ${fraudKinds.join(", ")}`,
    frauds,
    fraudKinds,
  )
  .option("--fraud-rate <share>", "about this share is fraud", share, 0.01)
  .option("--incident <kinds>", "which incidents, comma-separated", kinds, [])
  .option(
    "--provider <names>",
    `at which providers incidents are: ${factProviders.join(", ")}`,
    providers,
    factProviders,
  )
  .option(
    "--quiet-days <number>",
    "days before the first incident",
    whole(0),
    28,
  )
  .option("--every-days <number>", "days between incidents", whole(1), 1)
  .option("--minutes <number>", "how long an incident lasts", whole(1), 120)
  .option(
    "--left <share>",
    "what an outage leaves of payments (else 0), and a drop of approvals (else 0.5 and 0.8 by turns)",
    share,
  )
  .option(
    "--to-the-end",
    "write what becomes of these payments after the last day, too: disputes, above all",
    false,
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
  .parse()
  .opts<Options>();

const { seed, since: sinceMs, days, paymentsPerDay } = options;
const planned = planIncidents({
  kinds: options.incident,
  providers: options.provider,
  quietDays: options.quietDays,
  everyDays: options.everyDays,
  lastMinutes: options.minutes,
  left: options.left,
}, {
  sinceMs,
  untilMs: sinceMs + days * 86_400_000,
  random: seededRandom(seedOf(`${seed} incidents`)),
});
const facts = writtenFile(options.facts);
if (options.incidents !== undefined) {
  write(
    writtenFile(options.incidents),
    planned.map(incidentLine),
  );
}
const counts = noCounts();
write(
  facts,
  options.live === undefined
    ? generateFacts({
      seed,
      sinceMs,
      days,
      paymentsPerDay,
      customers: options.customers ?? paymentsPerDay,
      fraudKinds: options.fraud,
      fraudRate: options.fraudRate,
      incidents: planned,
      toTheEnd: options.toTheEnd,
    }, counts)
    : liveFacts({
      seed,
      sinceMs,
      days,
      eventsPerSecond: options.live,
      customers: options.customers ?? LIVE_CUSTOMERS,
      fraudRate: options.fraudRate,
      disputeDelayMs: Number(simulatorSettings.disputeDelaySeconds.fallback) *
        1_000,
      traffic: {
        amount: simulatorSettings.autoStreamAmount.fallback ?? "",
        currency: simulatorSettings.autoStreamCurrency.fallback ?? "",
        paymentPrefix: simulatorSettings.autoStreamPaymentPrefix.fallback ?? "",
        orderPrefix: simulatorSettings.autoStreamOrderPrefix.fallback ?? "",
      },
    }, counts),
);
const percent = (part: number) =>
  `${(100 * part / Math.max(1, counts.payments)).toFixed(2)} %`;
console.error(
  `${counts.payments} payments in ${counts.facts} facts: ${
    percent(counts.frauds)
  } frauds, ${percent(counts.failed)} failed, ${
    percent(counts.disputes)
  } disputed; ${planned.length} incidents.`,
);

/** Ends with one sentence if it cannot be written, before anything is made up for it. */
function writtenFile(path: string): number {
  if (path === "-") return STANDARD_OUTPUT;
  try {
    return openSync(path, "w");
  } catch (error) {
    console.error(
      `The file ${path} cannot be written: ${describeError(error)}.`,
    );
    process.exit(USAGE);
  }
}

function write(file: number, lines: Iterable<string>): void {
  let chunk = "";
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    writeAll(file, chunk);
    chunk = "";
  }
  writeAll(file, chunk);
  if (file !== STANDARD_OUTPUT) closeSync(file);
}

/** A pipe may take less at once than it is given. */
function writeAll(file: number, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(file, bytes));
}

function whole(least: number) {
  return (text: string) => {
    const number = Number(text);
    if (/^\d{1,15}$/.test(text) && number >= least) return number;
    throw new InvalidArgumentError(
      `It must be a whole number, ${least} or more.`,
    );
  };
}

function perSecond(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError("It must be a number above 0.");
}

function share(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number <= 1) return number;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}

function day(text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError("It must be a day, as 2026-01-05.");
}

function frauds(text: string): readonly FraudKind[] {
  if (text === "none") return [];
  const names = text.split(",").map((name) => name.trim());
  const known = fraudKinds.filter((kind) => names.includes(kind));
  if (known.length === new Set(names).size) return known;
  throw new InvalidArgumentError(
    `Frauds are ${fraudKinds.join(", ")}, or none.`,
  );
}

function kinds(text: string): readonly IncidentKind[] {
  const named = incidentsNamed(text);
  if ("kinds" in named) return named.kinds;
  throw new InvalidArgumentError(named.problem);
}

function providers(text: string): typeof factProviders {
  const names = text.split(",").map((name) => name.trim());
  const known = factProviders.filter((name) => names.includes(name));
  if (known.length === new Set(names).size) return known;
  throw new InvalidArgumentError(
    `Facts are of ${factProviders.join(", ")}.`,
  );
}
