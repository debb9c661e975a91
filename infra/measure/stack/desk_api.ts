import { sleep } from "#runtime/backoff.ts";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";

const POLL_MS = 250;

/** The desk's API, through restarts of the desk. */
export class DeskApi {
  readonly #url: string;
  readonly #stopping: AbortSignal;

  constructor(url: string, stopping: AbortSignal) {
    this.#url = url;
    this.#stopping = stopping;
  }

  async get<T>(path: string): Promise<T> {
    return await this.#ask<T>(path, {});
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return await this.#ask<T>(path, {
      method: "POST",
      body: JSON.stringify(body),
    });
  }

  async count(filter: Readonly<Record<string, string>>): Promise<number> {
    const query = new URLSearchParams(filter).toString();
    return (await this.get<{ count: number }>(`/letters/count?${query}`)).count;
  }

  /** Waits until something is so. A desk that does not answer is asked again. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (;;) {
      this.#stopping.throwIfAborted();
      try {
        if (await isSo()) return;
      } catch (error) {
        if (error instanceof Refused) throw new Error(what, { cause: error });
      }
      await sleep(POLL_MS, this.#stopping);
    }
  }

  async #ask<T>(path: string, init: RequestInit): Promise<T> {
    const response = await fetch(`${this.#url}/api${path}`, {
      ...init,
      headers: {
        Authorization: `Bearer ${PUBLIC_DESK_TOKEN}`,
        "Content-Type": "application/json",
      },
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const message = `${path}: ${response.status} ${text.slice(0, 500)}`;
    throw response.status >= 500 ? new Error(message) : new Refused(message);
  }
}

class Refused extends Error {
  override readonly name = "Refused";
}
