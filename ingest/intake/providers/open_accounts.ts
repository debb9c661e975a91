import type { EnvironmentName } from "../../provider_accounts/accounts.ts";
import { AccountsFile } from "../../provider_accounts/accounts_file.ts";
import { ProviderAccounts } from "./accounts.ts";

/**
 * Opens the file of accounts for who verifies.
 *
 * @param path of the file; none: no accounts
 * @throws {StartError} if it cannot be read, or an account in it is not as it must be
 */
export function openAccounts(
  path: string | undefined,
  environment?: EnvironmentName,
): Promise<AccountsFile<ProviderAccounts>> {
  return AccountsFile.open(path, {
    read: (text, from) => ProviderAccounts.in(text, from, environment),
    none: new ProviderAccounts(),
  });
}
