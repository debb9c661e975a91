import type { Attack, IntakeOptions } from "./attack.ts";
import type { Intake, Servers } from "./intake.ts";

/**
 * One intake stands all attacks, one after the other, as in life. Another one is started only after an
 * attack that has harmed it, and for one that wants it to be another.
 */
export class SharedIntake {
  readonly #servers: Servers;
  #intake: Intake | undefined;
  #options: IntakeOptions | undefined;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  async intakeFor({ intake: options }: Attack): Promise<Intake> {
    if (options !== this.#options) await this.end();
    this.#options = options;
    return this.#intake ??= await this.#servers.startIntake(options);
  }

  /** Ends the intake: the next attack is another one's. */
  async end(): Promise<void> {
    await this.#intake?.end();
    this.#intake = undefined;
  }
}
