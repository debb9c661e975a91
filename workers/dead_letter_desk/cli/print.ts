import { alignColumns } from "#runtime/columns.ts";
import { amountText } from "../queries/amount_text.ts";
import { writerOf } from "../explainer/writer.ts";
import type { Explained } from "../explainer/spent.ts";
import type { ActionRow } from "../queries/actions.ts";
import type { Amount, CauseRow } from "../queries/causes.ts";
import type { Job } from "../queries/jobs.ts";
import type { LetterView } from "../queries/letter.ts";
import type { LetterPage } from "../queries/letters.ts";
import type { Step } from "../queries/payment.ts";
import type { Anomaly } from "#contracts/anomaly.ts";
import {
  endText,
  meaningOf,
  movedText,
  numberText,
  segmentText,
} from "../queries/anomaly_words.ts";
import type { RejectedRow } from "../queries/rejected.ts";
import type { UnmappedKind } from "../queries/unmapped.ts";
import type { Forecast } from "../jobs/forecast.ts";
import { filterText } from "../queries/filter.ts";
import { unsignedText } from "../queries/unsigned.ts";

/** Ids are shown by their first digits, which is what commands take too. */
const short = (id: string) => id.slice(0, 8);

export function printCauses(causes: readonly CauseRow[]): string {
  if (causes.length === 0) return "No open dead letters.";
  return alignColumns([
    ["CAUSE", "LETTERS", "LAST SEEN", "SERVICE", "MONEY", "MESSAGE"],
    ...causes.map(({ cause, count, last_seen, service, amounts, message }) => [
      short(cause),
      number(count),
      time(last_seen),
      service,
      money(amounts),
      line(message, 80),
    ]),
  ]);
}

export function printLetters({ letters, next }: LetterPage): string {
  if (letters.length === 0) return "No dead letters.";
  const rows = alignColumns([
    ["LETTER", "STATE", "FAILED", "SERVICE", "PAYMENT", "AMOUNT", "MESSAGE"],
    ...letters.map((letter) => [
      letter.letter,
      letter.state,
      time(letter.failed_at),
      letter.service,
      line(letter.payment_id ?? "–", 40),
      letter.amount === null
        ? "–"
        : `${amountText(letter.amount, letter.currency)} ${letter.currency}`,
      line(letter.message, 60),
    ]),
  ]);
  return next === null ? rows : `${rows}\nMore: --after ${next}`;
}

export function printLetter(letter: LetterView): string {
  const { body } = letter;
  const facts = alignColumns([
    ["letter", letter.letter],
    ["state", letter.state],
    ["failed at", letter.failed_at],
    ["service", letter.service],
    ["code", letter.code],
    ["cause", short(letter.cause)],
    ["record", letter.source],
    ["origin", letter.origin],
    ...letter.provider === null
      ? []
      : [["provider", printable(letter.provider)]],
    ...letter.account === null ? [] : [["account", printable(letter.account)]],
    ...letter.item === null || letter.items === null
      ? []
      : [["is", `${letter.item} of ${letter.items} things in this webhook`]],
    ["payment", letter.payment_id ?? "–"],
    ["event", letter.event_id ?? "–"],
    ...letter.event_type === null
      ? []
      : [["type", printable(letter.event_type)]],
    [
      "amount",
      letter.amount === null
        ? "–"
        : `${amountText(letter.amount, letter.currency)} ${letter.currency}`,
    ],
    ["attempts", `${letter.attempts}`],
    ["sent again", `${letter.replay_nth} times`],
    ["trace", letter.trace_id ?? "–"],
  ]);
  const issues = letter.issues.map(({ path, message }) =>
    `  ${path} ${message}`
  );
  const shown = body === null
    ? "(no value, or not kept any more)"
    : `${printable(body.text)}${
      body.is_masked
        ? "\n(masked: --unmask shows it as it is, and writes down that you saw it)"
        : ""
    }`;
  return [
    facts,
    "",
    printable(letter.error_message),
    ...issues.map(printable),
    ...letter.unsigned.length === 0
      ? []
      : [printable(unsignedText(letter.unsigned))],
    "",
    shown,
  ].join("\n");
}

export function printForecast(
  { selected, would_pass, would_stay_unmapped, would_fail, reasons }: Forecast,
): string {
  return [
    `${number(selected)} selected: ${number(would_pass)} would pass, ${
      would_stay_unmapped === 0
        ? ""
        : `${number(would_stay_unmapped)} would stay unmapped, `
    }${number(would_fail)} would fail.`,
    ...reasons.map(({ count, code, message }) =>
      `  ${number(count)}  ${code}: ${line(message, 120)}`
    ),
  ].join("\n");
}

export function printExplained(explained: Explained): string {
  const { text, confidence, notes, patch, dry_run, cause } = explained;
  const proposal = patch === null ? [] : [
    "",
    `Patch by ${
      explained.patch_by === "model" ? "the model" : "the rules"
    }; of the latest letters ${number(dry_run?.would_pass ?? 0)} would pass, ${
      number(dry_run?.would_fail ?? 0)
    } would fail. Nothing was changed.`,
    JSON.stringify(patch),
    ...cause === null ? [] : [
      `Save it as a file, then: deno task dlq edit --cause ${
        short(cause)
      } --patch FILE`,
    ],
  ];
  return [
    printable(text),
    `  by ${writerOf(explained)}, confidence ${
      Math.round(confidence * 100)
    } of 100`,
    ...notes.map((note) => `  ${printable(note)}`),
    ...proposal,
  ].join("\n");
}

export function printJobs(jobs: readonly Job[]): string {
  if (jobs.length === 0) return "No replay was planned yet.";
  return alignColumns([
    [
      "JOB",
      "STATE",
      "SELECTED",
      "SENT",
      "PASSED",
      "DEAD AGAIN",
      "PLANNED",
      "BY",
      "FILTER",
    ],
    ...jobs.map((job) => [
      short(job.job),
      job.state,
      number(job.selected),
      number(job.sent),
      number(job.outcomes.passed),
      number(job.outcomes.dead_again),
      time(job.planned_at),
      job.planned_by,
      line(filterText(job.filter), 60),
    ]),
  ]);
}

export function printPlan(job: Job): string {
  return [
    `Job ${short(job.job)}: ${number(job.selected)} records${
      job.edit === null ? "" : ", edited"
    }, ${money(job.amounts) || "no amounts"}.`,
    `  ${filterText(job.filter) || "all open letters"}`,
    ...job.needs_approval && job.approved_at === null
      ? [
        `It waits for the approval of another person: deno task dlq approve ${
          short(job.job)
        }`,
      ]
      : [],
  ].join("\n");
}

export function printJob(job: Job): string {
  const { passed, dead_again, unmapped_again, passed_over, waiting } =
    job.outcomes;
  return [
    printPlan(job),
    `  ${job.state}${job.why === null ? "" : ` (${job.why})`}: ${
      number(job.sent)
    } sent, ${number(passed)} passed, ${number(dead_again)} dead again, ${
      job.of === "unmapped" ? `${number(unmapped_again)} unmapped again, ` : ""
    }${number(passed_over)} passed over, ${number(waiting)} waiting.`,
  ].join("\n");
}

export function printJourney(steps: readonly Step[]): string {
  if (steps.length === 0) {
    return "Nothing is known of it here: neither a dead letter nor a row has this payment id.";
  }
  return alignColumns([
    ["AT", "WHAT", "WHERE", "", "OF"],
    ...steps.map((
      { at, kind, where, what, of },
    ) => [time(at), kind, printable(where), line(what, 80), of ?? ""]),
  ]);
}

export function printUnmapped(kinds: readonly UnmappedKind[]): string {
  if (kinds.length === 0) return "Every webhook had a mapping.";
  const gone = kinds.reduce((sum, one) => sum + one.gone, 0);
  return [
    alignColumns([
      [
        "PROVIDER",
        "ACCOUNT",
        "TYPE",
        "FAMILY",
        "WAIT",
        "SENT",
        "MAPPED",
        "DEAD",
        "SINCE",
        "LAST",
      ],
      ...kinds.map((kind) => [
        line(kind.provider, 30),
        line(kind.account, 30),
        line(kind.type || "–", 60),
        kind.family,
        number(kind.open),
        number(kind.sent),
        number(kind.mapped),
        number(kind.dead),
        time(kind.first_seen),
        time(kind.last_seen),
      ]),
    ]),
    ...gone === 0 ? [] : [
      `Of ${
        number(gone)
      } more the raw record is not kept any more: they cannot be sent again.`,
    ],
  ].join("\n");
}

export function printRejected(rows: readonly RejectedRow[]): string {
  if (rows.length === 0) return "No webhook was refused.";
  return alignColumns([
    ["PROVIDER", "ACCOUNT", "REFUSED", "SINCE", "LAST", "WHY"],
    ...rows.map((
      { provider, account, refusals, first_seen, last_seen, says },
    ) => [
      provider,
      account || "–",
      number(refusals),
      time(first_seen),
      time(last_seen),
      says,
    ]),
  ]);
}

export function printAnomalies(anomalies: readonly Anomaly[]): string {
  if (anomalies.length === 0) return "Nothing out of the usual.";
  return alignColumns([
    ["STATE", "WHAT", "WHERE", "SINCE", "EXPECTED", "OBSERVED", "ID"],
    ...anomalies.map((anomaly) => [
      endText(anomaly),
      line(movedText(anomaly), 60),
      line(segmentText(anomaly.segment), 60),
      time(anomaly.since),
      numberText(anomaly.expected),
      numberText(anomaly.observed),
      printable(anomaly.anomaly_id),
    ]),
  ]);
}

export function printAnomaly(anomaly: Anomaly): string {
  const money = Object.entries(anomaly.money_affected).map((
    [currency, amount],
  ) => `${amount} ${currency}`);
  return [
    printAnomalies([anomaly]),
    meaningOf(anomaly),
    ...money.length === 0
      ? []
      : [`Money affected, about: ${printable(money.join(", "))}`],
  ].join("\n");
}

export function printActions(actions: readonly ActionRow[]): string {
  return alignColumns([
    ["NO", "AT", "WHO", "BY", "WHAT", "JOB"],
    ...actions.map((
      { number, at, subject, via, kind, job },
    ) => [
      `${number}`,
      time(at),
      subject,
      via,
      kind,
      job === null ? "" : short(job),
    ]),
  ]);
}

export function number(value: number): string {
  return value.toLocaleString("en-GB");
}

function money(amounts: readonly Amount[]): string {
  return amounts.map(({ currency, amount }) =>
    `${amountText(amount, currency)} ${currency}`
  ).join(
    ", ",
  );
}

function time(at: string): string {
  return at.replace("T", " ").replace(/\.\d+Z$/, "Z");
}

function line(text: string, characters: number): string {
  const printed = printable(text);
  return printed.length > characters
    ? `${printed.slice(0, characters - 1)}…`
    : printed;
}

/** What a sender wrote must not move the terminal's cursor, nor colour what stands beside it. */
export function printable(text: string): string {
  return text.replaceAll(
    // deno-lint-ignore no-control-regex -- these are what is taken out
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    "\ufffd",
  );
}
