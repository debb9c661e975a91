/**
 * Does what the schedule says to the processes of the stack.
 *
 * @module
 */
import { sleep } from "#runtime/backoff.ts";
import type { Child } from "#processes/child.ts";
import { childrenOf, sendSignal } from "#processes/process_table.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import type { AppliedFault } from "./recovery.ts";
import {
  describeFault,
  isBroker,
  isIntake,
  type PlannedFault,
  type Target,
} from "./schedule.ts";

/** How long a process may take to stop in order; the services promise 10 s, the broker needs the rest. */
const STOP_WITHIN_MS = 30_000;
const JVM_AFTER_SIGTERM = 128 + 15;
const READY_WITHIN_SECONDS = 120;
/** How long a target that is being restarted is waited for. */
const BACK_WITHIN_MS = 15_000;

type Running = {
  -readonly [Key in keyof AppliedFault]: AppliedFault[Key];
};

export type ChaosOptions = {
  readonly supervisor: Supervisor;
  /** Seconds since the load began. */
  readonly clock: () => number;
  /** Told of each fault as it begins. */
  readonly say: (line: string) => void;
};

type RunOptions = {
  /** Whether a target can do its work. Must not throw. */
  readonly isReady: (target: Target) => Promise<boolean>;
  /**
   * Whether a target may be broken at this moment, which is waited for: one of three brokers only if the other
   * two are in sync. Must not throw.
   */
  readonly mayBreak: (target: Target) => Promise<boolean>;
  readonly stopping: AbortSignal;
};

export class Chaos {
  readonly #supervisor: Supervisor;
  readonly #clock: () => number;
  readonly #say: (line: string) => void;
  readonly #faults: Running[] = [];
  readonly #current = new Set<Running>();
  /** Targets that were asked to end and have not been seen to. */
  readonly #ending = new Set<string>();

  constructor({ supervisor, clock, say }: ChaosOptions) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.#say = say;
  }

  /** Faults so far, in the order of the schedule. */
  get faults(): readonly AppliedFault[] {
    return this.#faults.toSorted((a, b) => a.number - b.number);
  }

  /** Those under way. */
  get current(): readonly AppliedFault[] {
    return [...this.#current];
  }

  /**
   * Does what is planned, and resolves when every target is ready again. Once it is over, or was
   * stopped, nothing is paused.
   */
  async run(
    schedule: readonly PlannedFault[],
    options: RunOptions,
  ): Promise<void> {
    const { stopping } = options;
    let brokers = Promise.resolve();
    await Promise.all(schedule.map(async (planned, index) => {
      const leftSeconds = Math.max(0, planned.atSeconds - this.#clock());
      await sleep(leftSeconds * 1_000, stopping);
      const breakIt = async () => {
        if (!stopping.aborted) await this.#run(planned, index + 1, options);
      };
      if (!isBroker(planned.target)) return await breakIt();
      // One that comes back late must not meet the fault of the next.
      brokers = brokers.then(breakIt);
      await brokers;
    }));
  }

  /** Notes that an intake accepted a request, sent then, at this moment. */
  accepted(intake: string, sentSeconds: number): void {
    for (const fault of this.#faults) {
      const { target, endedSeconds } = fault;
      if (fault.acceptedSeconds !== undefined || endedSeconds === undefined) {
        continue;
      }
      const isItsOwn = intake === target || !isIntake(target);
      if (isItsOwn && sentSeconds >= endedSeconds) {
        fault.acceptedSeconds = this.#clock();
      }
    }
  }

  /** Whether a process that ended was ended by the schedule; asked once for each end. */
  hasEnded(target: string): boolean {
    return this.#ending.delete(target);
  }

  async #run(
    planned: PlannedFault,
    number: number,
    { isReady, mayBreak, stopping }: RunOptions,
  ): Promise<void> {
    const { target } = planned;
    const isSafe = await this.#until(() => mayBreak(target), stopping);
    if (stopping.aborted) return;
    const child = await aliveChild(this.#supervisor, target);
    const fault: Running = {
      ...planned,
      number,
      beganSeconds: this.#clock(),
      endedSeconds: undefined,
      readySeconds: undefined,
      acceptedSeconds: undefined,
      note: "",
    };
    this.#faults.push(fault);
    this.#say(`fault ${number}: ${describeFault(planned)}`);
    if (child === undefined || !isSafe) {
      const why = isSafe ? "did not run" : "was needed by the others";
      fault.note = `${why}, so that the fault could not be done`;
      return;
    }
    this.#current.add(fault);
    if (planned.fault !== "pause") this.#ending.add(target);
    fault.note = await inflict(planned, child, stopping);
    fault.endedSeconds = this.#clock();
    this.#current.delete(fault);
    if (await this.#until(() => isReady(target), stopping)) {
      fault.readySeconds = this.#clock();
    }
  }

  /** @returns whether the condition came to hold in time */
  async #until(
    condition: () => Promise<boolean>,
    stopping: AbortSignal,
  ): Promise<boolean> {
    const deadline = this.#clock() + READY_WITHIN_SECONDS;
    while (!stopping.aborted && this.#clock() < deadline) {
      if (await condition()) return true;
      await sleep(100, stopping);
    }
    return false;
  }
}

/** @returns what is to be noted beside the fault */
async function inflict(
  { fault, durationSeconds }: PlannedFault,
  child: Child,
  stopping: AbortSignal,
): Promise<string> {
  switch (fault) {
    case "kill":
      child.signal("SIGKILL");
      await child.exited;
      return "";
    case "restart": {
      const { code, signal } = await child.stop(STOP_WITHIN_MS);
      if (signal === "SIGKILL") return "was killed: it had not stopped";
      return code === 0 || code === JVM_AFTER_SIGTERM
        ? ""
        : `ended with exit code ${code ?? signal}`;
    }
    case "pause":
      signalFamily(child, "SIGSTOP");
      await sleep(durationSeconds * 1_000, stopping);
      signalFamily(child, "SIGCONT");
      return "";
  }
}

/** PostgreSQL's sessions are processes outside the group of the one that started them. */
function signalFamily(child: Child, signal: "SIGSTOP" | "SIGCONT"): void {
  if (!child.isRunning()) return;
  child.signal(signal);
  for (const pid of childrenOf(child.pid)) sendSignal(pid, signal);
}

async function aliveChild(
  supervisor: Supervisor,
  name: string,
): Promise<Child | undefined> {
  for (const deadline = Date.now() + BACK_WITHIN_MS; Date.now() < deadline;) {
    const child = await supervisor.child(name);
    if (child?.isRunning()) return child;
    await sleep(100);
  }
  return undefined;
}
