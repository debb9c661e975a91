import { createHash } from "node:crypto";
import { getCACertificates } from "node:tls";
import { open, rm } from "node:fs/promises";
import { backoffMs, sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";

/** Of Node.js 22.15; the types that are installed are older. */
declare module "node:tls" {
  function getCACertificates(type: "system"): string[];
}

export type Download = {
  readonly url: string;
  /** Of its bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Path it is written to. */
  readonly file: string;
};

type Options = {
  /** How often it is tried if the other side does not answer or breaks off. */
  readonly attempts?: number;
  /** Told of each piece that has come, in bytes. */
  readonly onBytes?: (bytes: number) => void;
  readonly stopping?: AbortSignal;
};

/** The other side says no, or sends other bytes: to ask again would not help. */
class Refusal extends Error {}

/**
 * Trusts the certificates that this machine trusts as well, as Maven and pip do: networks that look into TLS have
 * an authority of their own there, which Deno by itself does not ask. What comes is compared by its digest in any case.
 */
let trusting: Deno.HttpClient | undefined;

/** It only ends what hangs. */
const SILENCE_DEADLINE_MS = 60_000;

/**
 * Downloads a file and makes sure that it is the one that is meant. If it is not, no file is left.
 *
 * @throws {Error} a clause that says which host or file, and what was wrong
 */
export async function download(
  wanted: Download,
  { attempts = 4, onBytes = () => {}, stopping }: Options = {},
): Promise<void> {
  for (let attempt = 0;; attempt++) {
    let received = 0;
    const count = (bytes: number) => {
      received += bytes;
      onBytes(bytes);
    };
    try {
      return await attemptDownload(wanted, count, stopping);
    } catch (error) {
      await rm(wanted.file, { force: true });
      onBytes(-received);
      if (stopping?.aborted) throw new Error("it was stopped");
      if (error instanceof Refusal) throw error;
      if (attempt + 1 >= attempts) throw unreachable(wanted.url, error);
    }
    await sleep(backoffMs({ attempt, baseMs: 500, maxMs: 8_000 }), stopping);
  }
}

async function attemptDownload(
  { url, sha256, file }: Download,
  onBytes: (bytes: number) => void,
  stopping: AbortSignal | undefined,
): Promise<void> {
  const silence = new AbortController();
  const endSilence = () => silence.abort(new Error("it is silent"));
  let timer = setTimeout(endSilence, SILENCE_DEADLINE_MS);
  const signals = stopping ? [silence.signal, stopping] : [silence.signal];
  const hash = createHash("sha256");
  try {
    const response = await fetch(url, {
      client: trusting ??= Deno.createHttpClient({
        caCerts: getCACertificates("system"),
      }),
      signal: AbortSignal.any(signals),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      const answer = `${hostOf(url)} answers ${response.status} for ${url}`;
      // 429 and 5xx pass.
      const isFinal = response.status < 500 && response.status !== 429;
      throw isFinal ? new Refusal(answer) : new Error(answer);
    }
    await using target = await open(file, "w");
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(endSilence, SILENCE_DEADLINE_MS);
      hash.update(chunk);
      await target.write(chunk);
      onBytes(chunk.length);
    }
  } finally {
    clearTimeout(timer);
  }
  const digest = hash.digest("hex");
  if (digest !== sha256) {
    throw new Refusal(
      `${url} is not the file that is meant: its SHA-256 is ${digest} and must be ${sha256}`,
    );
  }
}

function unreachable(url: string, error: unknown): Error {
  const reason = describeError(error);
  return new Error(`${hostOf(url)} cannot be reached (${reason})`, {
    cause: error,
  });
}

function hostOf(url: string): string {
  return new URL(url).host;
}
