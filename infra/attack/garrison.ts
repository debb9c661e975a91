import type { Attack } from "./attack.ts";
import type { Intake, Servers } from "./intake.ts";

/**
 * One intake stands all attacks, one after the other, as in life. Only after one that has harmed it, and
 * for those that want another one, another one is started.
 */
export class Garrison {
  readonly #servers: Servers;
  #intake: Intake | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  async intakeFor({ openFiles }: Attack): Promise<Intake> {
    if (openFiles !== undefined) await this.relieve();
    return this.#intake ??= await this.#servers.startIntake(openFiles);
  }

  /** Ends the intake: the next attack is another one's. */
  async relieve(): Promise<void> {
    await this.#intake?.end();
    this.#intake = undefined;
  }
}
