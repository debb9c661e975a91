import { z } from "zod";
import { plainIssue } from "#contracts/plain_issue.ts";
import { ConfigError } from "#runtime/config.ts";
import type { ProviderRow } from "./row.ts";
import { rows } from "./rows.ts";

/** Of a provider that has one alone. */
export const ONLY_ACCOUNT = "default";

/** An account at a provider: its settings are those that its row reads. */
export type ProviderAccount = {
  // deno-lint-ignore no-explicit-any -- each row has accounts of its own
  readonly row: ProviderRow<any>;
  readonly account: string;
  readonly settings: unknown;
};

const Name = z.string().regex(
  /^[a-z0-9][a-z0-9_-]{0,39}$/,
  "must be a short name of small letters, digits, - and _, as it stands in the address",
).default(ONLY_ACCOUNT);

const ProvidersFile = z.strictObject({
  accounts: z.array(z.looseObject({ provider: z.string(), account: Name })),
});

/** So that what is missing is told from what is something else. */
const reported = { reportInput: true } as const;

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
   * Reads a file of accounts: `{"accounts": [{"provider": "stripe", "account": "eu", "secrets": ["whsec_…"]}]}`.
   *
   * @param from what to call the file
   * @throws {ConfigError} naming each account that is not as it must be, and never what its secrets are
   */
  static in(text: string, from: string): ProviderAccounts {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      // Its own message quotes what it stumbled over, which may be a secret.
      throw new ConfigError(`${from} is not JSON.`);
    }
    const read = ProvidersFile.safeParse(json, reported);
    if (!read.success) throw new ConfigError(sentence(from, read.error));
    const problems: string[] = [];
    const all = read.data.accounts.flatMap(({ provider, account, ...rest }) => {
      const row = rows.find(({ name }) => name === provider);
      const name = `${provider}/${account}`;
      if (row === undefined) {
        const known = rows.map(({ name }) => name).join(", ");
        problems.push(`${name}: provider must be one of ${known}`);
        return [];
      }
      const settings = row.scheme.settings.safeParse(rest, reported);
      if (settings.success) return [{ row, account, settings: settings.data }];
      problems.push(
        ...issuesOf(settings.error).map((one) => `${name}: ${one}`),
      );
      return [];
    });
    const twice = all.find((one, n) =>
      all.findIndex((other) =>
        other.row === one.row && other.account === one.account
      ) < n
    );
    if (twice !== undefined) {
      problems.push(`${twice.row.name}/${twice.account} is there twice`);
    }
    if (problems.length > 0) {
      throw new ConfigError(`${from}: ${problems.join("; ")}.`);
    }
    return new ProviderAccounts(all);
  }

  find(
    provider: string,
    account: string = ONLY_ACCOUNT,
  ): ProviderAccount | undefined {
    return this.#byName.get(`${provider}/${account}`);
  }
}

function sentence(from: string, error: z.ZodError): string {
  return `${from}: ${issuesOf(error).join("; ")}.`;
}

/** Places and sentences; zod's own never have a value in them, and ours have none. */
function issuesOf({ issues }: z.ZodError): string[] {
  return [...new Set(issues.flatMap(issueTexts))];
}

function issueTexts(issue: z.core.$ZodIssue): string[] {
  // Of a list of forms the one that was meant is told by its deepest place.
  if (issue.code === "invalid_union") {
    const deepest = issue.errors.flat()
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    if (deepest !== undefined) {
      return issueTexts({ ...deepest, path: [...issue.path, ...deepest.path] });
    }
  }
  return [`${issue.path.join(".")} ${plainIssue(issue)}`.trim()];
}
