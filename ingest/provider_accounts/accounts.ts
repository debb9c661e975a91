import { z } from "zod";
import { plainIssue } from "#contracts/plain_issue.ts";
import { ConfigError } from "#runtime/config.ts";
import { ENVIRONMENT, type environments } from "#runtime/development.ts";

/** Of a provider that has one alone. */
export const ONLY_ACCOUNT = "default";

/** What an account must be read by: the settings of its provider. */
export type AccountReader = {
  /** As the file has it. */
  readonly name: string;
  readonly settings: z.ZodType;
};

/** An account: its settings are those that its provider's reader reads. */
export type Account<R extends AccountReader = AccountReader> = {
  readonly reader: R;
  readonly account: string;
  readonly settings: unknown;
};

export type EnvironmentName = (typeof environments)[number];

/** The key of what an account may have on a machine of one's own, and nowhere else. */
const DEVELOPMENT = "development";

const Name = z.string().regex(
  /^[a-z0-9][a-z0-9_-]{0,39}$/,
  "must be a short name of small letters, digits, - and _, as it stands in the address",
).default(ONLY_ACCOUNT);

const ProvidersFile = z.strictObject({
  accounts: z.array(z.looseObject({ provider: z.string(), account: Name })),
});

/** So that what is missing is told from what is something else. */
const reported = { reportInput: true } as const;

/**
 * Reads a file of accounts: `{"accounts": [{"provider": "stripe", "account": "eu", "secrets": ["whsec_…"]}]}`.
 *
 * @param of.from what to call the file
 * @param of.environment what is for development alone is refused in any other; production, if nobody says
 * @throws {ConfigError} naming each account that is not as it must be, and never what its secrets are
 */
export function accountsIn<R extends AccountReader>(
  text: string,
  { from, readers, environment = "production" }: {
    readonly from: string;
    readonly readers: readonly R[];
    readonly environment?: EnvironmentName;
  },
): Account<R>[] {
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
    const reader = readers.find(({ name }) => name === provider);
    const name = `${provider}/${account}`;
    if (reader === undefined) {
      const known = readers.map(({ name }) => name).join(", ");
      problems.push(`${name}: provider must be one of ${known}`);
      return [];
    }
    const settings = reader.settings.safeParse(rest, reported);
    if (!settings.success) {
      problems.push(
        ...issuesOf(settings.error).map((one) => `${name}: ${one}`),
      );
      return [];
    }
    if (DEVELOPMENT in rest && environment !== "development") {
      problems.push(
        `${name}: ${DEVELOPMENT} is for ${ENVIRONMENT}=development alone`,
      );
      return [];
    }
    return [{ reader, account, settings: settings.data }];
  });
  const twice = all.find((one, n) =>
    all.findIndex((other) =>
      other.reader === one.reader && other.account === one.account
    ) < n
  );
  if (twice !== undefined) {
    problems.push(`${twice.reader.name}/${twice.account} is there twice`);
  }
  if (problems.length > 0) {
    throw new ConfigError(`${from}: ${problems.join("; ")}.`);
  }
  return all;
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
