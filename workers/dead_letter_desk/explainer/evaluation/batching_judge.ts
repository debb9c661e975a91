import { judged, type Verdict } from "../../jobs/judge_process.ts";
import type { EncodedOriginal } from "../../jobs/originals.ts";

type Waiting = {
  readonly records: readonly EncodedOriginal[];
  readonly done: (verdicts: readonly Verdict[]) => void;
  readonly failed: (error: unknown) => void;
};

/**
 * A service's own `--judge` for many who ask at about the same time: one process judges the records of all. To start it takes longer
 * than to judge thousands.
 */
export function batchingJudge(): typeof judged {
  const waiting = new Map<string, Waiting[]>();

  const flush = async (service: string) => {
    const all = waiting.get(service) ?? [];
    waiting.delete(service);
    try {
      const verdicts: Verdict[] = [];
      const records = all.flatMap((one) => one.records);
      for await (const verdict of judged(service, each(records))) {
        verdicts.push(verdict);
      }
      let at = 0;
      for (const { records, done } of all) {
        done(verdicts.slice(at, at += records.length));
      }
    } catch (error) {
      for (const { failed } of all) failed(error);
    }
  };

  return async function* (service, records) {
    const its = await Array.fromAsync(records);
    const verdicts = await new Promise<readonly Verdict[]>((done, failed) => {
      const others = waiting.get(service);
      if (others === undefined) {
        waiting.set(service, [{ records: its, done, failed }]);
        // Behind all that are about to ask.
        setTimeout(() => void flush(service), 20);
      } else others.push({ records: its, done, failed });
    });
    yield* verdicts;
  };
}

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}
