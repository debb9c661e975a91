import { choice } from "./config.ts";
import { ENVIRONMENT, environments } from "./development.ts";

/** What tells a machine of one's own from all others. */
export const developmentSettings = {
  environment: choice(ENVIRONMENT, {
    fallback: "production",
    values: environments,
    doc: "development allows the secrets that stand in the documentation, on " +
      "loopback alone; `deno task up` says it",
  }),
};
