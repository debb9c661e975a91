import { z } from "zod";
import {
  type Config,
  ConfigError,
  optional,
  type Relation,
  secret,
  type Setting,
} from "#runtime/config.ts";
import { DESK_TOKENS } from "../http/tokens.ts";

/** How the command line reaches the desk, and as whom. */
export const clientSettings = {
  url: {
    env: "EVENTFLOW_DESK_URL",
    fallback: "http://127.0.0.1:8005",
    doc:
      "where the dead-letter desk is, for `deno task dlq`; by itself that of the stack that runs on this machine",
    schema: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" })
      .transform((url) => url.replace(/\/+$/, "")),
  } satisfies Setting<string>,
  token: optional(secret("EVENTFLOW_DESK_TOKEN", {
    doc:
      `your token at the dead-letter desk, for \`deno task dlq\`; by itself the first of ${DESK_TOKENS}, as in the desk's own container`,
  })),
  tokens: optional(secret(DESK_TOKENS, {
    doc: "the first of them is used if EVENTFLOW_DESK_TOKEN is not set",
  })),
};

/** The token that is sent. */
export function tokenOf(
  { token, tokens }: Config<typeof clientSettings>,
): string {
  const [, , first] = tokens?.split(/[,\s]+/)[0]?.split(":") ?? [];
  const its = token ?? first;
  if (its === undefined) {
    throw new ConfigError(`${hasToken({ token, tokens, url: "" })}.`);
  }
  return its;
}

export const hasToken: Relation<typeof clientSettings> = ({ token, tokens }) =>
  token === undefined && tokens === undefined
    ? `EVENTFLOW_DESK_TOKEN or its file must be set: one of ${DESK_TOKENS}`
    : undefined;
