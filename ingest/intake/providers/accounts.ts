import {
  accountsIn,
  type EnvironmentName,
  ONLY_ACCOUNT,
} from "../../provider_accounts/accounts.ts";
import type { ProviderRow } from "./row.ts";
import { rows } from "./rows.ts";

/** An account at a provider: its settings are those that its row reads. */
export type ProviderAccount = {
  // deno-lint-ignore no-explicit-any -- each row has accounts of its own
  readonly row: ProviderRow<any>;
  readonly account: string;
  readonly settings: unknown;
};

const readers = rows.map((row) => ({
  name: row.name,
  settings: row.scheme.settings,
  row,
}));

/** The accounts that are set up, by provider and name. */
export class ProviderAccounts {
  readonly all: readonly ProviderAccount[];
  readonly #byName: ReadonlyMap<string, ProviderAccount>;

  constructor(all: readonly ProviderAccount[] = []) {
    this.all = all;
    this.#byName = new Map(
      all.map((one) => [`${one.row.name}/${one.account}`, one]),
    );
  }

  /**
   * Reads a file of accounts.
   *
   * @param from what to call the file
   * @param environment what is for development alone is refused in any other
   * @throws {ConfigError} naming each account that is not as it must be, and never what its secrets are
   */
  static in(
    text: string,
    from: string,
    environment?: EnvironmentName,
  ): ProviderAccounts {
    const all = accountsIn(text, { from, readers, environment });
    return new ProviderAccounts(
      all.map(({ reader, account, settings }) => ({
        row: reader.row,
        account,
        settings,
      })),
    );
  }

  find(
    provider: string,
    account: string = ONLY_ACCOUNT,
  ): ProviderAccount | undefined {
    return this.#byName.get(`${provider}/${account}`);
  }
}
