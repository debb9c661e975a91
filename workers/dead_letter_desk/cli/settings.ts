import { z } from "zod";
import { secret, type Setting } from "#runtime/config.ts";

/** How the command line reaches the desk, and as whom. */
export const clientSettings = {
  url: {
    env: "EVENTFLOW_DESK_URL",
    fallback: "http://127.0.0.1:8005",
    doc:
      "where the dead-letter desk is, for `deno task dlq`; by itself that of the stack that runs on this machine",
    schema: z.url({ protocol: /^https?$/ }).transform((url) =>
      url.replace(/\/+$/, "")
    ),
  } satisfies Setting<string>,
  token: secret("EVENTFLOW_DESK_TOKEN", {
    doc:
      "your token at the dead-letter desk, for `deno task dlq`: one of those in EVENTFLOW_DESK_TOKENS",
  }),
};
