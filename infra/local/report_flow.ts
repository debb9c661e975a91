import { sleep } from "#runtime/backoff.ts";
import { describeFlow, readTotals } from "./flow.ts";
import type { Places } from "./settings.ts";

const FLOW_INTERVAL_MS = 5_000;

/** Says every few seconds what flows, until it is told to stop. */
export async function reportFlow(
  places: Places,
  { say, stopping }: { say: (line: string) => void; stopping: AbortSignal },
): Promise<void> {
  let before = await readTotals(places);
  let beforeMs = Date.now();
  for (;;) {
    await sleep(FLOW_INTERVAL_MS, stopping);
    if (stopping.aborted) return;
    const after = await readTotals(places);
    const nowMs = Date.now();
    const time = new Date(nowMs).toTimeString().slice(0, 8);
    say(`${time}  ${describeFlow(before, after, (nowMs - beforeMs) / 1000)}`);
    before = after;
    beforeMs = nowMs;
  }
}
