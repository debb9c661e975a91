/**
 * The plugin of Kafka Connect that writes the history: Apache Iceberg's sink, with what it needs.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError } from "#runtime/lifecycle.ts";
import { secondsSince } from "../downloads/progress.ts";
import { makeWhole } from "../downloads/whole_folder.ts";
import { hasMaven } from "../kafka/install.ts";
import { downloadJars, readJars, sha256Of, verifyJars } from "../kafka/jars.ts";
import { copyJars } from "../kafka/maven.ts";

export const pluginPom = new URL("pom.xml", import.meta.url);

export const pluginList = new URL("jars.txt", import.meta.url);

const WHAT = "the history's plugin";

/**
 * Fetches the plugin's jars, unless they are there: through Maven, or if there is none by the committed list. Both are
 * held against the digests of that list.
 *
 * @param root folder of all that is fetched
 * @returns the folder for `plugin.path`
 * @throws {StartError} saying what could not be fetched from where, and what to do
 */
export async function installPlugin(
  root: string,
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<string> {
  const list = await readJars(pluginList);
  if (list === undefined) {
    throw new StartError(
      'infra/local/history/jars.txt is missing: "deno task jars" writes it.',
    );
  }
  // Another list is another folder.
  const digest = sha256Of(await readFile(pluginList)).slice(0, 12);
  const plugins = join(root, `history-plugin-${digest}`);
  const folder = join(plugins, "iceberg");
  if (existsSync(folder)) return plugins;
  const began = Date.now();
  say("Fetching Apache Iceberg's sink (about 90 MB) …");
  await makeWhole(folder, async (unfinished) => {
    if (await hasMaven()) {
      await copyJars({ pom: pluginPom, folder: unfinished }, {
        task: `fetch ${WHAT}`,
        ...stopping && { stopping },
      });
      await verifyJars(list, unfinished, {
        what: WHAT,
        place: "infra/local/history/jars.txt",
      });
    } else {
      await downloadJars(list, unfinished, {
        say,
        ...stopping && { stopping },
        what: WHAT,
      });
    }
  });
  say(`Fetched it in ${secondsSince(began)}.`);
  return plugins;
}
