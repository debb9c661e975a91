import type { Attack } from "./attack.ts";
import type { Intake, Servers } from "./intake.ts";

/**
 * One intake stands all attacks, one after the other, as in life. Another one is started only after an
 * attack that has harmed it, and for one that wants it to be another.
 */
export class Garrison {
  readonly #servers: Servers;
  #intake: Intake | undefined;
  #openFiles: number | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  async intakeFor({ openFiles }: Attack): Promise<Intake> {
    if (openFiles !== this.#openFiles) await this.relieve();
    this.#openFiles = openFiles;
    return this.#intake ??= await this.#servers.startIntake(openFiles);
  }

  /** Ends the intake: the next attack is another one's. */
  async relieve(): Promise<void> {
    await this.#intake?.end();
    this.#intake = undefined;
  }
}
