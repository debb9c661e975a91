import { type Environment, readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { allNeeds } from "#kafka/access/needs.ts";
import { topicSettings } from "#kafka/settings.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { aclScript } from "./commands.ts";
import { aclEntries, DEFAULT_PRINCIPAL } from "./entries.ts";

/**
 * Prints which rights each program needs, for topics and groups as the environment names them.
 *
 * @param options whose `principals` are `program=principal`, or a pattern for all in which `{program}` is its name
 * @throws {StartError} if a principal is none, or of no program
 */
export function printAcls(
  { json, principals, env, say }: {
    json: boolean;
    principals: readonly string[];
    env: Environment;
    say: (line: string) => void;
  },
): void {
  const names = readConfig(
    "topics",
    { ...topicSettings, ...groupSettings },
    env,
  );
  const needs = allNeeds(names);
  const entries = aclEntries(
    needs,
    principalsIn(principals, [...needs.keys()]),
  );
  if (json) return say(JSON.stringify(entries, null, 2));
  say(
    "# The rights that EventFlow's programs need, and no others. The simulator does not talk to Kafka.",
  );
  for (const line of aclScript(entries)) say(line);
}

function principalsIn(
  given: readonly string[],
  programs: readonly string[],
): { pattern: string; principals: Map<string, string> } {
  const principals = new Map<string, string>();
  let pattern = DEFAULT_PRINCIPAL;
  for (const one of given) {
    const [, program, principal = ""] = /^([\w-]+)=(.*)$/.exec(one) ?? [];
    if (program === undefined) pattern = one;
    else if (programs.includes(program)) principals.set(program, principal);
    else {
      throw new StartError(
        `--principal names ${program}, which there is not: it must be one of ${
          programs.join(", ")
        }.`,
        { exitCode: exitCodes.config },
      );
    }
  }
  for (const principal of [pattern, ...principals.values()]) {
    // As Kafka has it: a type and a name ("User:CN=intake,O=EventFlow").
    if (/^\w+:\S/.test(principal)) continue;
    throw new StartError(
      `--principal must be as Kafka has it, such as User:intake: current value ${principal}.`,
      { exitCode: exitCodes.config },
    );
  }
  return { pattern, principals };
}
