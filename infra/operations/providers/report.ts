/**
 * What is said of accounts, for programs (`--json`) and for whoever prints it.
 *
 * @module
 */
import { z } from "zod";
import { alignColumns } from "#runtime/columns.ts";
import { AccountLine, nameOf } from "./account_lines.ts";

export const Report = z.object({
  accounts: z.array(AccountLine.extend({
    /** `null`: not among the records that were looked at. */
    last_seen: z.iso.datetime().nullable(),
  })),
  /** Where it was looked when each was last seen; `null`: nowhere. */
  looked_in: z.object({
    topic: z.string(),
    records_of_each_partition: z.int(),
  }).nullable(),
  /** Sentences about what is to be known, or done. */
  notes: z.array(z.string()),
});
export type Report = z.infer<typeof Report>;

/** How the first account is set up. */
export const HOW_TO_BEGIN =
  'No account at a provider is set up: save {"accounts": [{"provider": "stripe", "secrets": ["whsec_…"]}]} as providers.json, and start the intake with EVENTFLOW_PROVIDERS_FILE=providers.json (docs/providers/README.md says more).';

export function printed({ accounts, looked_in, notes }: Report): string {
  if (accounts.length === 0) return [HOW_TO_BEGIN, ...notes].join("\n");
  const isLooked = looked_in !== null;
  const table = alignColumns([
    ["provider", "account", "URL", "keys", "else", isLooked ? "last seen" : ""],
    ...accounts.map((one) => [
      one.provider,
      one.account,
      one.url,
      keysText(one),
      Object.entries(one.settings).map(([name, value]) =>
        value === null ? name : `${name}=${value}`
      ).join(" ") || "-",
      isLooked ? one.last_seen ?? "-" : "",
    ]),
  ]);
  return [
    table,
    "",
    ...isLooked
      ? [
        `Last seen: in the last ${
          looked_in.records_of_each_partition.toLocaleString("en")
        } records of each partition of ${looked_in.topic}.`,
      ]
      : [],
    ...notes,
  ].join("\n").trimEnd();
}

function keysText({ keys, retired }: AccountLine): string {
  const accepted = keys.length === 0
    ? "-"
    : `${keys.length}: ${keys.join(" ")}`;
  return retired.length === 0
    ? accepted
    : `${accepted} (retired: ${retired.join(" ")})`;
}

/** What does not fit together, as far as accounts tell. */
export function notesOn(
  accounts: readonly AccountLine[],
  { isUrlGiven }: { isUrlGiven: boolean },
): string[] {
  if (!isUrlGiven) {
    return accounts.length === 0 ? [] : [
      "Say --url https://… for the address at which providers reach the intake.",
    ];
  }
  return accounts.flatMap((one) => {
    const signed = one.settings.notification_url;
    return signed == null || signed === one.url ? [] : [
      `${
        nameOf(one)
      }: notification_url is ${signed}, and it must be what the provider's console has, to the letter.`,
    ];
  });
}
