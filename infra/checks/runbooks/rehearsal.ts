/**
 * A stack of its own, started as an operator starts it, on which runbooks are followed to the letter.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { writeAccounts } from "#kit/signed_webhooks.ts";
import { until } from "#kit/until.ts";
import { type Home, repositoryRoot, stackHome } from "#local/home.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { freePort } from "#processes/ports.ts";
import { sendSignal } from "#processes/process_table.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import { endLeftovers, endOf } from "../scripts/ending.ts";
import { movePorts } from "../scripts/move_ports.ts";
import { environment, type ScriptEnvironment } from "../scripts/environment.ts";
import { runInShell, type Shell } from "../scripts/shell.ts";
import type { Block } from "./page.ts";
import { missingIn } from "./shows.ts";

/** It only ends what hangs. */
const DEADLINE_MS = 10 * 60_000;

/** What was fetched once is not fetched again. */
const FETCHED = /^(?:kafka-\d|jre-)/;

export class Rehearsal {
  readonly home: Home;
  readonly #environment: ScriptEnvironment;
  readonly #remove: () => Promise<void>;
  readonly #up: Shell;
  #cluster: TestCluster | undefined;

  private constructor(
    home: Home,
    { given, remove, up }: {
      given: ScriptEnvironment;
      remove: () => Promise<void>;
      up: Shell;
    },
  ) {
    this.home = home;
    this.#environment = given;
    this.#remove = remove;
    this.#up = up;
  }

  /** Has `deno task up` start a stack of two validators, whose webhook secret is in a file, as are accounts at providers. */
  static async open(): Promise<Rehearsal> {
    const { home, remove } = await openTemporaryHome("eventflow-rehearsal-");
    for (const name of await readdir(stackHome().root)) {
      if (!FETCHED.test(name)) continue;
      await symlink(join(stackHome().root, name), join(home.root, name));
    }
    const { env, ...rest } = await environment();
    const secret = secretFile(home);
    await writeFile(secret, "the-secret-of-the-rehearsal");
    const given = {
      ...rest,
      env: {
        ...env,
        EVENTFLOW_HOME: home.root,
        EVENTFLOW_VALIDATOR_PORT:
          `${env.EVENTFLOW_VALIDATOR_PORT},${await freePort()}`,
        // An open transaction is said sooner than by default.
        EVENTFLOW_HELD_BACK_MS: "5000",
        EVENTFLOW_PROVIDERS_FILE: await writeAccounts(home.root),
        PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE: secret,
      },
    };
    const up = runInShell("deno task up", {
      cwd: repositoryRoot,
      env: given.env,
    });
    const rehearsal = new Rehearsal(home, { given, remove, up });
    if (await up.prints(/^Up after /m)) return rehearsal;
    await rehearsal.close();
    throw new Error(`The stack is not up:\n${up.output()}`);
  }

  get secretFile(): string {
    return secretFile(this.home);
  }

  /** What listens at a port as this stack has it. */
  url(defaultPort: number): string {
    return movePorts(`http://127.0.0.1:${defaultPort}`, this.#ports());
  }

  /** A look at its broker; made anew by whoever needs it after the broker was away. */
  async cluster(): Promise<TestCluster> {
    return this.#cluster ??= await testCluster(
      movePorts("127.0.0.1:9092", this.#ports()),
    );
  }

  /** Runs a script as a person types it, and expects it to succeed. */
  async run(script: string): Promise<string> {
    const { code, output } = await this.#try(script, this.#environment.env);
    assert.equal(code, 0, `${script}\nended with ${code}:\n${output}`);
    return output;
  }

  /** Repeats what a page has a person look at until it shows what the page says; `healthy` has to succeed too. */
  async untilShown(page: string, block: Block): Promise<void> {
    const { script, shows, role, line } = block;
    // Waiting is done here: a look is to show what is missing, and not to wait for it.
    const { EVENTFLOW_STACK_TIMEOUT_SECONDS: _, ...env } =
      this.#environment.env;
    let last = { code: undefined as number | string | undefined, output: "" };
    try {
      await until(`docs/runbooks/${page}.md:${line} was true`, async () => {
        last = await this.#try(script, env);
        return missingIn(last.output, shows) === undefined &&
          (role === "look" || last.code === 0);
      }, { everyMs: 500 });
    } catch (error) {
      const missing = missingIn(last.output, shows);
      throw new Error(
        `${page}.md:${line} does not come true${
          missing === undefined ? "" : `, as there is no line "${missing}"`
        }: ended with ${last.code}\n${script}\n${last.output}`,
        { cause: error },
      );
    }
  }

  /** Freezes the process of a part, so that it hangs. */
  async freeze(part: string): Promise<void> {
    const found = await new PidFiles(this.home.pids).find(part);
    assert.ok(found, `${part} runs`);
    sendSignal(-found.pid, "SIGSTOP");
  }

  /** Stops the stack as Ctrl-C does, and leaves nothing behind. */
  async close(): Promise<void> {
    await this.#cluster?.[Symbol.asyncDispose]();
    this.#up.pressCtrlC();
    await endOf(this.#up, DEADLINE_MS);
    const left = await endLeftovers({
      folder: this.home.root,
      environment: this.#environment,
    });
    await this.#remove();
    assert.equal(left, undefined);
  }

  async #try(
    script: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ code: number | string | undefined; output: string }> {
    const here = movePorts(script, this.#ports())
      .replaceAll(".eventflow/", `${this.home.root}/`);
    const shell = runInShell(here, {
      cwd: repositoryRoot,
      env: { ...env, NO_COLOR: "1" },
    });
    const code = await endOf(shell, DEADLINE_MS);
    return { code, output: shell.output() };
  }

  #ports(): ReadonlyMap<string, number> {
    return this.#environment.ports;
  }
}

function secretFile({ root }: Home): string {
  return join(root, "webhook-secret");
}

/** Why no stack can be started here, or undefined if one can. */
export function whyNoStack(): string | undefined {
  if (process.platform !== "linux") return "it looks at /proc for leftovers";
  return existsSync(stackHome().kafkaJars)
    ? undefined
    : "Kafka's jars are not here: deno task up fetches them";
}
