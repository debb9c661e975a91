import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runService } from "#runtime/lifecycle.ts";
import { SERVICE } from "./app.ts";
import { namedProviders } from "./command_line.ts";
import { simulatorRelations, simulatorSettings } from "./settings.ts";
import { startSimulator } from "./simulator.ts";

const named = namedProviders(process.argv.slice(2));
if (named.problem !== undefined) {
  console.error(named.problem);
  process.exit(exitCodes.config);
}
if (named.providers !== undefined) {
  process.env[simulatorSettings.providers.env] = named.providers;
}

await runService({
  name: SERVICE,
  settings: simulatorSettings,
  relations: simulatorRelations,
  start: startSimulator,
});
