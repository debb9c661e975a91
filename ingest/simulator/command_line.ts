import { parseArgs } from "node:util";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { incidentsNamed } from "./incidents/kinds.ts";

/** What a name of no incident ends with. */
const USAGE = 2;

/** Values of settings, as the command line has them. */
type Given = { readonly providers?: string; readonly incidents?: string };
type Refused = { readonly problem: string; readonly exitCode: number };

/**
 * Reads `--provider stripe,adyen --provider paypal --incident approval-drop`: the same as the settings, which they go before.
 *
 * @returns names as the settings have them, none if there is no such option, or one sentence about what else there is
 */
export function commandLine(args: readonly string[]): Given | Refused {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        provider: { type: "string", multiple: true },
        incident: { type: "string", multiple: true },
      },
    });
    const [providers, incidents] = [values.provider, values.incident]
      .map((names) => names?.join(","));
    const named = incidents === undefined
      ? { kinds: [] }
      : incidentsNamed(incidents);
    if ("problem" in named) {
      return { problem: named.problem, exitCode: USAGE };
    }
    return {
      ...providers !== undefined && { providers },
      ...incidents !== undefined && { incidents },
    };
  } catch (error) {
    const problem = `Cannot start simulator: ${
      describeError(error)
    }. It takes --provider all, or names of providers, and --incident with names of incidents.`;
    return { problem, exitCode: exitCodes.config };
  }
}
