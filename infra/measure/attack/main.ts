/**
 * `deno task attack`: what one host can do to the intake without the secret. All of it stays on this
 * machine, in processes that may reach nothing else.
 *
 * @module
 */
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { whyNoBroker } from "#kit/own_servers.ts";
import { withProcesses } from "#kit/processes.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { attacks } from "./attacks.ts";
import { SharedIntake } from "./shared_intake.ts";
import { startServers } from "./intake.ts";
import { containerLimit } from "./memory.ts";
import { parseOptions } from "./options.ts";
import { runAttack } from "./attack_round.ts";
import { describeAll, describeOne, type Result } from "./attack_table.ts";
import { faultsOf } from "./judge_attack.ts";

const FAILED = 1;

const options = parseOptions(process.argv.slice(2));
await runCommand(main);

async function main(): Promise<number> {
  const why = await whyNoBroker();
  if (why !== undefined) throw new StartError(why);
  const memoryBytes = await containerLimit();
  const results: Result[] = [];
  await withProcesses(async (processes) => {
    say("Starting Kafka …");
    const servers = await startServers(processes);
    const intakes = new SharedIntake(servers);
    for (const name of options.chosen) {
      const attack = attacks[name];
      if (attack === undefined) continue;
      const intake = await intakes.intakeFor(attack);
      const seen = await runAttack({
        name,
        attack,
        intake,
        servers,
        plan: {
          rounds: options.rounds,
          seconds: Math.max(options.seconds, attack.leastSeconds ?? 0),
          quietSeconds: options.seconds,
          memoryBytes,
        },
      });
      const faults = faultsOf(seen, {
        memoryBytes,
        judgesLatency: !options.quick,
      });
      const result = { name, what: attack.what, seen, faults };
      results.push(result);
      say(describeOne(result));
      if (faults.length > 0) await intakes.end();
    }
  });
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  say(`\n${describeAll(results)}\n`);
  say(`${results.length - failed} passed, ${failed} failed`);
  return failed > 0 ? FAILED : exitCodes.ok;
}
