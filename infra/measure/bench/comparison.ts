import type { Bench, Figure, Recorder } from "./bench.ts";
import type { Cost, Drained } from "./drain.ts";
import { rotated } from "./rounds.ts";

/** Who is measured beside others. */
export type Subject = {
  readonly name: string;
  /** Measures it once and takes down what came out. */
  readonly go: (round: { readonly isLast: boolean }) => Promise<void>;
};

/** Has each go once a round, each round another one first: who goes first finds other caches and clocks. */
export async function takeTurns(
  { rounds, say, stopping }: Pick<Bench, "rounds" | "say" | "stopping">,
  subjects: readonly Subject[],
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const { name, go } of rotated(subjects, round)) {
      stopping.throwIfAborted();
      say(`Round ${round + 1} of ${rounds}: ${name} …`);
      await go({ isLast: round === rounds - 1 });
    }
  }
}

/** What is drained: records, or the rows they become. */
type Unit = "records" | "rows";

/** Takes down how fast a drain was and what it cost. */
export function recordDrained(
  record: Pick<Recorder, "add">,
  of: Pick<Figure, "stage" | "subject" | "at">,
  { recordsPerSecond, cost, broker, database }: Drained,
  unit: Unit = "records",
): void {
  record.add(
    { ...of, figure: `${unit} per second`, unit: "", better: "more" },
    recordsPerSecond,
  );
  const cpu = (whose: string, cost: Cost | undefined) => {
    if (cost === undefined) return;
    const figure = `${whose}CPU per million ${unit}`;
    record.add(
      { ...of, figure, unit: "s", better: "less" },
      cost.cpuSecondsPerMillion,
    );
  };
  cpu("", cost);
  cpu("broker's ", broker);
  if (unit === "rows") cpu("database's ", database);
  if (cost !== undefined) {
    record.add(
      { ...of, figure: "peak memory", unit: "MB", better: "less" },
      cost.peakMegabytes,
    );
  }
}
