import { z } from "zod";
import type {
  ProviderAccount,
  ProviderAccounts,
} from "../../../ingest/intake/providers/accounts.ts";
import { pathOf } from "../../../ingest/provider_accounts/addresses.ts";

/** What may be shown of an account. Of its keys it is what they are called. */
export const AccountLine = z.object({
  provider: z.string(),
  account: z.string(),
  /** For the provider's console. */
  url: z.string(),
  keys: z.array(z.string()),
  /** Keys that are accepted no more. */
  retired: z.array(z.string()),
  /** What else is set, by name; `null`: its value is not shown. */
  settings: z.record(z.string(), z.string().nullable()),
});
export type AccountLine = z.infer<typeof AccountLine>;

/** Settings that are no secret. Whatever is not named here is not shown, so that a new one is not by mistake. */
const shownSettings: ReadonlySet<string> = new Set([
  "notification_url",
  "environment",
  "tolerance_seconds",
]);

/** Keys are called by an id of ours, or by the public half of a pair. */
const Keys = z.union([
  z.array(z.object({ id: z.string() })).transform((all) =>
    all.map(({ id }) => id)
  ),
  z.array(z.object({ public: z.string() })).transform((all) =>
    all.map((one) => one.public)
  ),
]);

const Settings = z.record(z.string(), z.unknown());

/** @param base what is in front of the path: scheme and host */
export function accountLines(
  accounts: ProviderAccounts,
  base: string,
): AccountLine[] {
  return accounts.all.map((one) => {
    const shown = shownOf(one);
    const { row: { name: provider }, account } = one;
    const url = `${base}${pathOf({ provider, account })}`;
    return { provider, account, url, ...shown };
  }).sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1);
}

export function nameOf(
  { provider, account }: { provider: string; account: string },
): string {
  return `${provider}/${account}`;
}

function shownOf(
  { settings: all }: ProviderAccount,
): Pick<AccountLine, "keys" | "retired" | "settings"> {
  const keys: string[] = [];
  const retired: string[] = [];
  const settings: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(Settings.parse(all))) {
    if (value === undefined) continue;
    const its = Keys.safeParse(value);
    if (its.success) (name === "retired" ? retired : keys).push(...its.data);
    else settings[name] = shownSettings.has(name) ? String(value) : null;
  }
  return { keys, retired, settings };
}
