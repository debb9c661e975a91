import { runService } from "#runtime/lifecycle.ts";
import { SERVICE } from "./app.ts";
import { simulatorRelations, simulatorSettings } from "./settings.ts";
import { startSimulator } from "./simulator.ts";

await runService({
  name: SERVICE,
  settings: simulatorSettings,
  relations: simulatorRelations,
  start: startSimulator,
});
