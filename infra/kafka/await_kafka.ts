import { backoffMs, sleep } from "#runtime/backoff.ts";
import { DeniedError, describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { principalOf } from "./access/principal.ts";
import { describeRight, type Right } from "./access/rights.ts";
import { whyNotBelieved } from "./broker_trust.ts";
import type { Access, KafkaClient } from "./port.ts";
import { isEncrypted } from "./security_settings.ts";
import type { ConnectionConfig } from "./settings.ts";

/** Whether Kafka answers, and what of topics and rights it does not have or give. */
export type Look =
  | { readonly reachable: true } & Access
  | { readonly reachable: false; readonly cause?: unknown };

/**
 * Asks Kafka for rights, and for the topics they are to, over a connection of its own, closed afterwards. Never
 * throws; takes as long as the client's retries do.
 */
export async function lookFor(
  client: KafkaClient,
  needs: readonly Right[],
): Promise<Look> {
  try {
    const admin = await client.admin();
    try {
      return { reachable: true, ...await admin.access(needs) };
    } finally {
      await admin.close();
    }
  } catch (cause) {
    return { reachable: false, cause };
  }
}

type Waiting = {
  /** What whoever starts needs: rights, and the topics they are to. */
  readonly needs: readonly Right[];
  readonly config: ConnectionConfig;
};

/**
 * Waits at a service's start until Kafka answers, has the topics the service works on and lets it do what it is
 * for. Returns at once when `signal` is aborted.
 *
 * @param timeoutMs milliseconds after which it is given up
 * @param waits is told what is missing of a Kafka that answers, whenever it is something else
 * @throws {StartError} with the sentence that says what to do; at once if waiting would not help
 */
export async function awaitKafka(
  client: KafkaClient,
  { needs, config, timeoutMs, signal, waits = () => {} }: Waiting & {
    timeoutMs: number;
    signal: AbortSignal;
    waits?: (why: string) => void;
  },
): Promise<void> {
  const settled = new AbortController();
  const timeUp = sleep(timeoutMs, AbortSignal.any([signal, settled.signal]))
    .then(() => undefined);
  let seen: Look = { reachable: false };
  let told: string | undefined;
  try {
    for (let attempt = 0;; attempt++) {
      const look = await Promise.race([lookFor(client, needs), timeUp]);
      if (signal.aborted) return;
      if (look === undefined) break;
      await refuse(look, { config });
      if (look.reachable && look.missing.length === 0) {
        const isProven = await isProvenOn(client);
        if (isProven === true) return;
        if (isProven === false) throw tooOld(config.bootstrapServers);
      }
      seen = look;
      if (look.reachable && look.missing.length > 0) {
        const why = missingTopics(config, look.missing).message;
        if (why !== told) waits(why);
        told = why;
      }
      const waitMs = backoffMs({ attempt, baseMs: 200, maxMs: 1_000 });
      await Promise.race([sleep(waitMs, settled.signal), timeUp]);
    }
  } finally {
    settled.abort();
  }
  throw seen.reachable
    ? missingTopics(config, seen.missing)
    : await unreachable(config, seen.cause, timeoutMs);
}

/**
 * Says what will not change by itself, and what waiting for would hide.
 *
 * @throws {StartError}
 */
async function refuse(
  look: Look,
  { config }: { config: ConnectionConfig },
): Promise<void> {
  const { config: exitCode } = exitCodes;
  const servers = config.bootstrapServers.join(", ");
  if (look.reachable) {
    const [first] = look.lacking;
    if (first === undefined) return;
    const rights = look.lacking
      .map((right) => `${describeRight(right)} (to ${right.why})`);
    throw new StartError(
      `Kafka at ${servers} denies ${await principalOf(config)} ${
        rights.join(", and ")
      }: have it granted, as "deno task topics --acls" prints it.`,
      { exitCode },
    );
  }
  const { cause } = look;
  if (cause instanceof DeniedError) {
    const who = await principalOf(config);
    throw new StartError(
      `Kafka at ${servers} does not let ${who} in: ${describeError(cause)}.`,
      { cause, exitCode },
    );
  }
  if (!isEncrypted(config)) return;
  const why = await whyNotBelieved(config, { isTimeUp: false });
  if (why !== undefined) throw new StartError(`${why}.`, { cause, exitCode });
}

/**
 * The same for a command, which does not wait.
 *
 * @param needs with which topics may be missing, if any
 * @throws {StartError} with the sentence that says what to do
 */
export async function requireAccess(
  client: KafkaClient,
  { needs, config, mayBeMissing = [] }: Waiting & {
    mayBeMissing?: "all" | readonly string[];
  },
): Promise<void> {
  const look = await lookFor(client, needs);
  await refuse(look, { config });
  if (!look.reachable) throw await unreachable(config, look.cause);
  const missing = look.missing.filter((topic) =>
    mayBeMissing !== "all" && !mayBeMissing.includes(topic)
  );
  if (missing.length > 0) throw missingTopics(config, missing);
}

function missingTopics(
  { bootstrapServers }: Pick<ConnectionConfig, "bootstrapServers">,
  missing: readonly string[],
): StartError {
  return new StartError(
    `Kafka at ${bootstrapServers.join(", ")} has no topic ${
      missing.join(" and no topic ")
    }: create what is missing with "deno task topics --apply".`,
  );
}

async function unreachable(
  config: ConnectionConfig,
  cause: unknown,
  timeoutMs?: number,
): Promise<StartError> {
  // Asked late: a broker without TLS would log each such greeting.
  const why = await whyNotBelieved(config, { isTimeUp: true });
  if (why !== undefined) {
    return new StartError(`${why}.`, { cause, exitCode: exitCodes.config });
  }
  const within = timeoutMs === undefined ? "" : ` within ${timeoutMs / 1000} s`;
  return new StartError(
    `Cannot reach Kafka at ${
      config.bootstrapServers.join(", ")
    }${within}: start it with "deno task up" or set KAFKA_BOOTSTRAP_SERVERS.`,
    { cause },
  );
}

/** Undefined if Kafka does not answer any more. */
async function isProvenOn(client: KafkaClient): Promise<boolean | undefined> {
  try {
    const admin = await client.admin();
    return await admin.isProven().finally(() => admin.close());
  } catch {
    return undefined;
  }
}

function tooOld(bootstrapServers: readonly string[]): StartError {
  return new StartError(
    `Kafka at ${
      bootstrapServers.join(", ")
    } is older than 3.9, the oldest version that EventFlow is proven on: upgrade its brokers.`,
    { exitCode: exitCodes.config },
  );
}
