import { z } from "zod";
import { list, optional, type Setting } from "#runtime/config.ts";
import { type ProviderName, providerNames } from "./names.ts";

/** Providers by name, or all that have an account. */
export type ChosenProviders = "all" | readonly ProviderName[];

const Name = z.enum(providerNames);

/** The setting that names providers, comma-separated, or says `all`; undefined: none. */
export function chosenProviders(
  env: string,
  options: { doc: string },
): Setting<ChosenProviders | undefined> {
  const names = list(env, options);
  const must = `must be all, or some of ${
    providerNames.join(", ")
  }, separated by commas`;
  const schema = names.schema.transform((entries, context) => {
    // Files and types of ours have no hyphens.
    const all = entries.map((entry) => entry.replaceAll("_", "-"));
    if (all.length === 1 && all[0] === "all") return "all";
    const chosen = all.flatMap((one) => Name.safeParse(one).data ?? []);
    if (chosen.length === all.length) return [...new Set(chosen)];
    context.addIssue({ code: "custom", message: must });
    return z.NEVER;
  });
  return optional({ ...names, schema });
}
