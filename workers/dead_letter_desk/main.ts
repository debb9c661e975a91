/**
 * The dead-letter desk: keeps an index of dead letters, shows them, tries and sends them again, and writes down who did.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { runService } from "#runtime/lifecycle.ts";
import { openDesk } from "./open_desk.ts";
import { deadLetterDeskRelations, deadLetterDeskSettings } from "./settings.ts";

await runService({
  name: services.dead_letter_desk,
  settings: deadLetterDeskSettings,
  relations: deadLetterDeskRelations,
  start: openDesk,
});
