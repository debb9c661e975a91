import { alignColumns } from "#runtime/columns.ts";
import { type Sender, shown, type Unsigned } from "./prover.ts";
import type { Report } from "./report.ts";

const figure = (count: number) => count.toLocaleString("en");

const unsignedBecause: Readonly<Record<Unsigned, string>> = {
  "handed in": "handed in with a token, which nobody signs",
  "edited": "edited at the desk: what was signed is its original",
  "masked":
    "masked at the door: what was signed had a card number or a security code",
  "not kept": "of the provider without accounts, whose signatures are not kept",
  "replayed": "replays of such records",
};

/** A report for a person: what is proven and by what, what cannot be, what failed, and the verdict. */
export function printed(report: Report): string {
  const { proven, unsigned, not_set_up, failures, failed, unreadable } = report;
  const unnamed = failed - failures.length;
  const rows = [
    ...proven.map((one) => [
      "proven",
      senderText(one),
      `key ${shown(one.key)}`,
      figure(one.count),
    ]),
    ...not_set_up.map((one) => [
      "not set up",
      senderText(one),
      "",
      figure(one.count),
    ]),
  ];
  return [
    heading(report),
    ...rows.length > 0 ? ["", alignColumns(rows)] : [],
    ...unsigned.length > 0 ? [""] : [],
    ...unsigned.map(({ why, count }) =>
      `no stored signature: ${figure(count)} ${
        isKnown(why) ? unsignedBecause[why] : why
      }`
    ),
    ...failures.length > 0 ? [""] : [],
    ...failures.map((one) =>
      `failed: ${one.record}, ${senderText(one)}: ${one.why}`
    ),
    ...unnamed > 0 ? [`and ${figure(unnamed)} more.`] : [],
    ...unreadable.length > 0 ? [""] : [],
    ...unreadable,
    "",
    verdict(report),
  ].join("\n");
}

function isKnown(why: string): why is Unsigned {
  return why in unsignedBecause;
}

export function senderText({ provider, account }: Sender): string {
  const name = provider === "" ? "nobody named" : shown(provider);
  return account === null ? name : `${name}/${shown(account)}`;
}

function heading({ topic, since, until, records_read, seconds }: Report) {
  return `Signatures of ${topic} from ${since} to ${until ?? "now"}: ${
    figure(records_read)
  } records read in ${seconds.toFixed(1)} s.`;
}

function verdict(
  { all_proven, failed, not_set_up, proven, unreadable }: Report,
): string {
  if (all_proven) {
    return `All ${figure(sum(proven))} stored signatures are proven.`;
  }
  const problems = [
    ...failed > 0 ? [`${figure(failed)} failed`] : [],
    ...not_set_up.length > 0
      ? [
        `${
          figure(sum(not_set_up))
        } are of accounts that are not set up: add them, with the keys of that time, to a file for EVENTFLOW_PROVIDERS_FILE`,
      ]
      : [],
    ...unreadable.length > 0 ? ["not everything could be read"] : [],
  ];
  return `Not proven: ${problems.join("; ")}.`;
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((all, { count }) => all + count, 0);
}
