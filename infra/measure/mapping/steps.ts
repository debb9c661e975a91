import { alignColumns } from "#runtime/columns.ts";
import { readable } from "#report/number.ts";

/** A part of the measurement, and what it took. */
export type Step = {
  readonly name: string;
  /** What was worked off in it, and in which unit. */
  readonly count: number;
  readonly of: string;
  readonly seconds: number;
};

/** A table for a terminal, with what each step did in a second. */
export function stepTable(steps: readonly Step[]): string {
  return alignColumns([
    ["STEP", "TOOK", "OF", "PER SECOND"],
    ...steps.map(({ name, count, of, seconds }) => [
      name,
      `${readable(seconds)} s`,
      `${count.toLocaleString("en")} ${of}`,
      seconds > 0 ? readable(count / seconds) : "–",
    ]),
  ]);
}
