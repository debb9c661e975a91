import { readFile } from "node:fs/promises";
import { ConfigError } from "#runtime/config.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Log } from "#runtime/log.ts";
import { sleep } from "#runtime/backoff.ts";
import { providersFile } from "./setting.ts";

/** How often it is looked whether the file was exchanged. */
const LOOK_MS = 2_000;

const MAX_BYTES = 1_048_576;

const VARIABLE = providersFile.env;

/** What a file is read as. */
type Accounts = { readonly all: readonly unknown[] };

type Reading<A> = {
  /**
   * @param from what to call the file
   * @throws {ConfigError} if an account is not as it must be
   */
  readonly read: (text: string, from: string) => A;
  /** What there is without a file. */
  readonly none: A;
};

/**
 * Accounts from a file that may be exchanged while they are used: a secret is rolled without a restart. A file that is not as it
 * must be changes nothing.
 */
export class AccountsFile<A extends Accounts> {
  #text = "";
  #accounts: A;
  /** What was last said to be wrong with it. */
  #said = "";
  readonly #path: string;
  readonly #accountsIn: (text: string, from: string) => A;

  private constructor(path: string, { read, none }: Reading<A>) {
    this.#path = path;
    this.#accountsIn = read;
    this.#accounts = none;
  }

  /**
   * @param path of the file; none: no accounts
   * @throws {StartError} if it cannot be read, or an account in it is not as it must be
   */
  static async open<A extends Accounts>(
    path: string | undefined,
    reading: Reading<A>,
  ): Promise<AccountsFile<A>> {
    const file = new AccountsFile(path ?? "", reading);
    try {
      if (path !== undefined) await file.#read();
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      throw new StartError(cause.message, {
        cause,
        exitCode: exitCodes.config,
      });
    }
    return file;
  }

  get accounts(): A {
    return this.#accounts;
  }

  /** Looks from time to time, until it is told to stop. */
  async keepLooking(
    { signal, ...told }: {
      readonly log: Log;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    if (this.#path === "") return;
    while (!signal.aborted) {
      await sleep(LOOK_MS, signal);
      await this.look(told);
    }
  }

  /** Looks whether the file was exchanged; what is wrong with it is said once. */
  async look({ log }: { readonly log: Log }): Promise<void> {
    try {
      if (await this.#read()) {
        log.info("Accounts of providers were read again: {count}", {
          count: this.#accounts.all.length,
        });
      }
      this.#said = "";
    } catch (error) {
      const reason = describeError(error);
      if (reason !== this.#said) {
        log.error("Accounts of providers stay as they were: {reason}", {
          reason,
        });
      }
      this.#said = reason;
    }
  }

  /** @returns whether it was another */
  async #read(): Promise<boolean> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path);
    } catch (cause) {
      throw new ConfigError(
        `The file of ${VARIABLE} cannot be read: ${describeError(cause)}.`,
      );
    }
    if (bytes.length > MAX_BYTES) {
      throw new ConfigError(
        `The file of ${VARIABLE} has more than ${MAX_BYTES} bytes.`,
      );
    }
    const text = new TextDecoder().decode(bytes);
    if (text === this.#text) return false;
    this.#accounts = this.#accountsIn(text, `The file of ${VARIABLE}`);
    this.#text = text;
    return true;
  }
}
