/**
 * Sentinel: counts payments by minute and segment, learns what is usual, and tells what is not.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { judgeIfAsked } from "#consumer/judge_command.ts";
import { runService } from "#runtime/lifecycle.ts";
import { countBatch } from "./counts/count_batch.ts";
import { openSentinel } from "./open_sentinel.ts";
import { sentinelRelations, sentinelSettings } from "./settings.ts";

const worker = {
  name: services.sentinel,
  settings: sentinelSettings,
  relations: sentinelRelations,
};

await judgeIfAsked({
  ...worker,
  open: (config) => ({
    handle: countBatch({
      kafka: { read: async function* () {} },
      topic: config.validatedTopic,
      countsTopic: config.sentinelCountsTopic,
    }),
  }),
});

await runService({ ...worker, start: openSentinel });
