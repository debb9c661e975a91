import { readFile } from "node:fs/promises";
import { ConfigError } from "#runtime/config.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Log } from "#runtime/log.ts";
import { sleep } from "#runtime/backoff.ts";
import { ProviderAccounts } from "./accounts.ts";

/** How often it is looked whether the file was exchanged. */
const LOOK_MS = 2_000;

const MAX_BYTES = 1_048_576;

/**
 * Accounts from a file that may be exchanged while they are used: a secret is rolled without a restart. A file that is not as it
 * must be changes nothing.
 */
export class AccountsFile {
  #text = "";
  #accounts = new ProviderAccounts();
  /** What was last said to be wrong with it. */
  #said = "";
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param variable that has the path, for sentences
   * @throws {StartError} if it cannot be read, or an account in it is not as it must be
   */
  static async open(
    path: string | undefined,
    variable: string,
  ): Promise<AccountsFile> {
    const file = new AccountsFile(path ?? "");
    try {
      if (path !== undefined) await file.#read(variable);
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      throw new StartError(cause.message, {
        cause,
        exitCode: exitCodes.config,
      });
    }
    return file;
  }

  get accounts(): ProviderAccounts {
    return this.#accounts;
  }

  /** Looks from time to time, until it is told to stop. */
  async keepLooking(
    { signal, ...told }: {
      readonly variable: string;
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
  async look(
    { variable, log }: { readonly variable: string; readonly log: Log },
  ): Promise<void> {
    try {
      if (await this.#read(variable)) {
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
  async #read(variable: string): Promise<boolean> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path);
    } catch (cause) {
      throw new ConfigError(
        `The file of ${variable} cannot be read: ${describeError(cause)}.`,
      );
    }
    if (bytes.length > MAX_BYTES) {
      throw new ConfigError(
        `The file of ${variable} has more than ${MAX_BYTES} bytes.`,
      );
    }
    const text = new TextDecoder().decode(bytes);
    if (text === this.#text) return false;
    this.#accounts = ProviderAccounts.in(text, `The file of ${variable}`);
    this.#text = text;
    return true;
  }
}
