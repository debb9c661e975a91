import { sleep } from "#runtime/backoff.ts";
import type { KafkaAdmin } from "./port.ts";

/** Usually it takes a moment; on a busy machine it takes much longer. */
const LED_WITHIN_MS = 120_000;

/** Waits until every partition of a new topic has a leader that knows it is one. */
export async function untilLed(
  admin: Pick<KafkaAdmin, "highWatermarks">,
  topic: string,
): Promise<void> {
  const deadline = performance.now() + LED_WITHIN_MS;
  for (;;) {
    try {
      await admin.highWatermarks(topic);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
