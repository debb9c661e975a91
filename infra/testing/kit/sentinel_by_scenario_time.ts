/**
 * The sentinel, but its heartbeats are of the time that the scenario says. Run by Bun, in the place of the one that there is.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { services } from "#contracts/services.ts";
import { runService } from "#runtime/lifecycle.ts";
import { openSentinel } from "../../../workers/sentinel/open_sentinel.ts";
import {
  sentinelRelations,
  sentinelSettings,
} from "../../../workers/sentinel/settings.ts";

const file = process.env.SCENARIO_TIME ?? "";

await runService({
  name: services.sentinel,
  settings: sentinelSettings,
  relations: sentinelRelations,
  start: (service) =>
    openSentinel(service, { clock: () => Number(readFileSync(file, "utf8")) }),
});
