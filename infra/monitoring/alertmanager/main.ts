/**
 * `deno task alertmanager`: prints the configuration of Alertmanager with the receivers that the
 * environment names.
 *
 * @module
 */
import process from "node:process";
import { runCommand } from "#runtime/command_line.ts";
import { alertmanagerConfig } from "./config.ts";

await runCommand(async () => {
  process.stdout.write(await alertmanagerConfig(process.env));
  return 0;
});
