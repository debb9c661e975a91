import { progressIn } from "#consumer/lag.ts";
import type { KafkaAdmin } from "#kafka/port.ts";

type Asked = Pick<
  KafkaAdmin,
  "startOffsets" | "highWatermarks" | "positions"
>;

/** A group that has to be past what its topic has. */
export type Stage = { readonly topic: string; readonly groupId: string };

type Ends = ReadonlyMap<number, number>;

/**
 * Up to when all that the intake took in is counted. It notes where the raw topic ends, waits until the validator is there, notes where
 * the validated topic ends then, and waits until that is counted: what was taken in before the first note is counted by the last.
 */
export class Reach {
  readonly #admin: Asked;
  readonly #stages: readonly Stage[];
  #noted: { atMs: number; stage: number; ends: Ends } | undefined;
  #reachedMs = 0;

  /** @param stages in the order in which records go through them */
  constructor(admin: Asked, stages: readonly Stage[]) {
    this.#admin = admin;
    this.#stages = stages;
  }

  /**
   * @param nowMs milliseconds since the epoch
   * @returns such a time; 0 while there is none
   * @throws {TransientError} if Kafka does not answer
   */
  async look(nowMs: number): Promise<number> {
    // Twice: what was noted by the last look is over, and what is noted now may be too.
    await this.#goOn(nowMs);
    if (this.#noted === undefined) await this.#goOn(nowMs);
    return this.#reachedMs;
  }

  async #goOn(nowMs: number): Promise<void> {
    const [first] = this.#stages;
    if (first === undefined) return;
    let noted = this.#noted ??= {
      atMs: nowMs,
      stage: 0,
      ends: await this.#admin.highWatermarks(first.topic),
    };
    while (await this.#isPast(noted.stage, noted.ends)) {
      const next = this.#stages[noted.stage + 1];
      if (next === undefined) {
        this.#reachedMs = noted.atMs;
        this.#noted = undefined;
        return;
      }
      noted = this.#noted = {
        atMs: noted.atMs,
        stage: noted.stage + 1,
        ends: await this.#admin.highWatermarks(next.topic),
      };
    }
  }

  async #isPast(index: number, ends: Ends): Promise<boolean> {
    const stage = this.#stages[index];
    if (stage === undefined) return true;
    const starts = await this.#admin.startOffsets(stage.topic);
    const positions = await this.#admin.positions(stage.groupId, stage.topic);
    return [...ends].every(([partition, end]) =>
      progressIn(partition, { starts, end, positions }).lag === 0
    );
  }
}
