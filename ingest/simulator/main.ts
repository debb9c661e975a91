import process from "node:process";
import { runService } from "#runtime/lifecycle.ts";
import { SERVICE } from "./app.ts";
import { commandLine } from "./command_line.ts";
import { simulatorRelations, simulatorSettings } from "./settings.ts";
import { startSimulator } from "./simulator.ts";

const given = commandLine(process.argv.slice(2));
if ("problem" in given) {
  console.error(given.problem);
  process.exit(given.exitCode);
}
const { providers, incidents } = simulatorSettings;
if (given.providers !== undefined) process.env[providers.env] = given.providers;
if (given.incidents !== undefined) process.env[incidents.env] = given.incidents;

await runService({
  name: SERVICE,
  settings: simulatorSettings,
  relations: simulatorRelations,
  start: startSimulator,
});
