import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { z } from "zod";
import {
  type Config,
  type Environment,
  optional,
  readConfig,
  type Setting,
} from "#runtime/config.ts";

export const alertmanagerFile = fileURLToPath(
  new URL("alertmanager.yaml", import.meta.url),
);

/** Where alerts are sent to; absent: nowhere. */
export const receiverSettings = {
  page: webhook("EVENTFLOW_ALERT_PAGE_URL", "what wakes somebody"),
  ticket: webhook("EVENTFLOW_ALERT_TICKET_URL", "what waits for the morning"),
};

function webhook(env: string, what: string): Setting<string | undefined> {
  return {
    ...optional({
      env,
      doc: `webhook that Alertmanager tells of ${what}; empty: nobody is told`,
      schema: z.url({
        protocol: /^https?$/,
        error: "must be a URL of http or https",
      }),
    }),
    // Most such addresses are also the key to write there.
    secret: true,
  };
}

/**
 * The configuration of Alertmanager, with the receivers that the environment names.
 *
 * @throws {ConfigError} if a variable is no URL
 */
export async function alertmanagerConfig(env: Environment): Promise<string> {
  const receivers = readConfig("alertmanager", receiverSettings, env);
  return withReceivers(await readFile(alertmanagerFile, "utf8"), receivers);
}

/** Fills receivers of a configuration in, and leaves the rest of it as it is, comments too. */
export function withReceivers(
  config: string,
  receivers: Config<typeof receiverSettings>,
): string {
  const document = parseDocument(config);
  const { receivers: named } = z.object({
    receivers: z.array(z.object({ name: z.string() })),
  }).parse(document.toJS());
  for (const [name, url] of Object.entries(receivers)) {
    if (url === undefined) continue;
    const index = named.findIndex((receiver) => receiver.name === name);
    if (index < 0) throw new Error(`There is no receiver ${name}`);
    document.setIn(["receivers", index, "webhook_configs"], [{ url }]);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
