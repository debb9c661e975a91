import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

/** Wrong use, as the shell's own commands have it. */
export const USAGE = 2;

/** Asks the desk's API. */
export class DeskClient {
  readonly #url: string;
  readonly #token: string;

  constructor(
    { url, token }: { readonly url: string; readonly token: string },
  ) {
    this.#url = url;
    this.#token = token;
  }

  async get<T>(
    path: string,
    query: Readonly<Record<string, string | undefined>> = {},
  ): Promise<T> {
    const given = Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] satisfies [string, string]]
    );
    const search = new URLSearchParams(given).toString();
    return await this.#ask("GET", search === "" ? path : `${path}?${search}`);
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return await this.#ask("POST", path, JSON.stringify(body));
  }

  /** @throws {StartError} with the desk's own sentence, and the exit code that it means */
  async #ask<T>(method: string, path: string, body?: string): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${this.#url}/api${path}`, {
        method,
        redirect: "error",
        headers: {
          Authorization: `Bearer ${this.#token}`,
          "X-EventFlow-Client": "cli",
          ...body !== undefined && { "Content-Type": "application/json" },
        },
        ...body !== undefined && { body },
      });
    } catch (cause) {
      throw new StartError(
        `Nothing answers at ${this.#url}: start the dead-letter desk (the local stack does: \`deno task up\`) or correct EVENTFLOW_DESK_URL.`,
        { cause },
      );
    }
    const text = await response.text();
    const answer = jsonIn(text);
    if (response.ok && answer !== undefined) return answer as T;
    throw new StartError(sentenceOf(response.status, answer), {
      exitCode: codeOf(response.status),
    });
  }
}

function codeOf(status: number): number {
  if (status === 401 || status === 403) return exitCodes.config;
  return status >= 500 ? exitCodes.unavailable : USAGE;
}

function sentenceOf(status: number, answer: unknown): string {
  const detail =
    typeof answer === "object" && answer !== null && "detail" in answer
      ? String(answer.detail)
      : `The desk answered with status ${status}.`;
  return status === 401
    ? `${detail} Set EVENTFLOW_DESK_TOKEN to one of EVENTFLOW_DESK_TOKENS.`
    : detail;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
