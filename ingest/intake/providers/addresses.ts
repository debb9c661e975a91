import { ONLY_ACCOUNT, type ProviderAccount } from "./accounts.ts";

/** Under which all webhooks come in. */
export const WEBHOOKS = "/api/webhooks";

/** As a route has it, with its two parameters. */
export const ACCOUNT_PATH = `${WEBHOOKS}/:provider/:account`;

/** Where the webhooks of an account are sent to. */
export function pathOf(
  { row, account }: Pick<ProviderAccount, "row" | "account">,
): string {
  const path = `${WEBHOOKS}/${row.name}`;
  return account === ONLY_ACCOUNT ? path : `${path}/${account}`;
}
