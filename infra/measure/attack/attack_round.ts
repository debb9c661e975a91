import { sleep } from "#runtime/backoff.ts";
import { residentBytes } from "#processes/process_table.ts";
import type { AttackResult } from "./attacker.ts";
import type { Answer } from "./answers.ts";
import type { Attack } from "./attack.ts";
import type { Intake, Servers } from "./intake.ts";
import { loopbackTarget } from "./loopback.ts";
import { watchMemory } from "./memory.ts";
import { startAttacker } from "./start_attacker.ts";
import { SignedClient } from "./signed_client.ts";
import type { Observation, Round } from "./observation.ts";
import { mayKeepBytes } from "./judge_attack.ts";

/** Signed webhooks a second. */
const PER_SECOND = 200;
/** The intake is spared more than so many times its limit: the machine may be somebody's. */
const SPARED_AT = 4;
/** A garbage collector takes its time. */
const GIVEN_BACK_WITHIN_MS = 30_000;

export type Plan = {
  readonly rounds: number;
  /** Of each phase: without the attack, and with it. */
  readonly quietSeconds: number;
  readonly seconds: number;
  /** What the intake's container has. */
  readonly memoryBytes: number;
};

/** Attacks an intake while a provider on the same host sends signed webhooks. */
export async function runAttack(
  { name, attack, intake, servers, plan }: {
    readonly name: string;
    readonly attack: Attack;
    readonly intake: Intake;
    readonly servers: Servers;
    readonly plan: Plan;
  },
): Promise<Observation> {
  const { memoryBytes } = plan;
  const tooMuch = new AbortController();
  using memory = watchMemory(intake.pid, {
    tooMuchBytes: SPARED_AT * memoryBytes,
    onTooMuch: () => tooMuch.abort(),
  });
  await using client = new SignedClient(loopbackTarget(intake.url), PER_SECOND);
  const rounds: Round[] = [];
  const result: AttackResult[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const attackerProcess = await startAttacker(
      { attack: name, url: targetOf(attack, intake), seconds: plan.seconds },
      tooMuch.signal,
    );
    const quiet = await client.during(sleep(plan.quietSeconds * 1_000));
    if (attack.kafkaHangs) servers.pauseKafka();
    const attacked = await client.during(
      attackerProcess.attack()
        .finally(() => attack.kafkaHangs && servers.wakeKafka()),
    );
    rounds.push({ quiet: quiet.answers, attacked: attacked.answers });
    if (attacked.value) result.push(attacked.value);
    if (tooMuch.signal.aborted || !intake.isAlive()) break;
    if (attack.kafkaHangs) await untilAccepted(client);
  }
  const givenBack = await client.during(
    untilHolds(intake, mayKeepBytes({ memoryBytes })),
  );
  return {
    result: tooMuch.signal.aborted ? undefined : total(result),
    rounds,
    after: givenBack.answers,
    kafkaHangs: attack.kafkaHangs ?? false,
    isAtFullRate: attack.isAtFullRate ?? false,
    hasFewFiles: attack.intake?.openFiles !== undefined,
    isAlive: intake.isAlive(),
    peakBytes: memory.peakBytes,
    afterBytes: givenBack.value,
  };
}

function targetOf({ at }: Attack, { url, operationsUrl }: Intake): string {
  return at === "operations" ? operationsUrl : url;
}

/** Waits until the intake holds no more, or that has taken too long. */
async function untilHolds(intake: Intake, bytes: number): Promise<number> {
  const until = performance.now() + GIVEN_BACK_WITHIN_MS;
  for (;;) {
    // Also if it holds little at once: what the attack has broken may show only now.
    await sleep(500);
    const held = residentBytes(intake.pid) ?? 0;
    if (held <= bytes || performance.now() > until || !intake.isAlive()) {
      return held;
    }
  }
}

/** Waits until a second's webhooks are all accepted, as Kafka is back. */
async function untilAccepted(client: SignedClient): Promise<void> {
  const isAccepted = ({ status }: Answer) => status === 202;
  for (let seconds = 0; seconds < 60; seconds++) {
    const { answers } = await client.during(sleep(1_000));
    if (answers.every(isAccepted)) return;
  }
  throw new Error("The intake accepts nothing, although Kafka is back");
}

function total(result: readonly AttackResult[]): AttackResult {
  const answers: Record<string, number> = {};
  for (const one of result) {
    for (const [status, times] of Object.entries(one.answers)) {
      answers[status] = (answers[status] ?? 0) + times;
    }
  }
  const sum = (of: (one: AttackResult) => number) =>
    result.reduce((all, one) => all + of(one), 0);
  return {
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    seconds: sum(({ seconds }) => seconds),
    answers,
  };
}
