import { residentBytes } from "../stack/process_table.ts";
import type { Attack } from "./attack.ts";
import type { Intake, Servers } from "./intake.ts";

type Post = {
  readonly intake: Intake;
  /** What it held before all attacks. */
  readonly baselineBytes: number;
};

/**
 * One intake stands all attacks, one after the other, as in life. Only after one that has harmed it, and
 * for those that want another one, another one is started.
 */
export class Garrison {
  readonly #servers: Servers;
  #post: Post | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  async intakeFor({ openFiles }: Attack): Promise<Post> {
    if (openFiles !== undefined) await this.relieve();
    if (this.#post === undefined) {
      const intake = await this.#servers.startIntake(openFiles);
      const baselineBytes = residentBytes(intake.pid) ?? 0;
      this.#post = { intake, baselineBytes };
    }
    return this.#post;
  }

  /** Ends the intake: the next attack is another one's. */
  async relieve(): Promise<void> {
    await this.#post?.intake.end();
    this.#post = undefined;
  }
}
