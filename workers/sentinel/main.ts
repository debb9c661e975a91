/**
 * Sentinel: counts payments by minute and segment, learns what is usual, and tells what is not.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { runService } from "#runtime/lifecycle.ts";
import { openSentinel } from "./open_sentinel.ts";
import { sentinelRelations, sentinelSettings } from "./settings.ts";

await runService({
  name: services.sentinel,
  settings: sentinelSettings,
  relations: sentinelRelations,
  start: openSentinel,
});
