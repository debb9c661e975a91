import { ONLY_ACCOUNT } from "./accounts.ts";

/** Under which all webhooks come in. */
export const WEBHOOKS = "/api/webhooks";

/** As a route has it, with its two parameters. */
export const ACCOUNT_PATH = `${WEBHOOKS}/:provider/:account`;

/** Where the webhooks of an account are sent to. */
export function pathOf(
  { provider, account }: { provider: string; account: string },
): string {
  const path = `${WEBHOOKS}/${provider}`;
  return account === ONLY_ACCOUNT ? path : `${path}/${account}`;
}
