import { parseArgs } from "node:util";
import { describeError } from "#runtime/errors.ts";

/**
 * Reads `--provider stripe,adyen --provider paypal`: the same as the setting, which it goes before.
 *
 * @returns names as the setting has them, none if there is no such option, or one sentence about what else there is
 */
export function namedProviders(
  args: readonly string[],
): { providers?: string; problem?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { provider: { type: "string", multiple: true } },
    });
    const { provider } = values;
    return provider === undefined ? {} : { providers: provider.join(",") };
  } catch (error) {
    return {
      problem: `Cannot start simulator: ${
        describeError(error)
      }. It takes --provider all, or names of providers.`,
    };
  }
}
