/**
 * One attack as a process of its own, on Deno: `attacker.ts OPTIONS`, which are JSON. It is started with
 * the permission to connect to its target and to nothing else. Prints that it is ready, begins when it is told
 * to by its input, and prints a line of JSON when it is over. If nobody is there any more to tell it, it ends.
 *
 * @module
 */
import os from "node:os";
import process from "node:process";
import { Attacker } from "./attacker.ts";
import { attacks } from "./attacks.ts";
import { loopbackTarget } from "./loopback.ts";
import { AttackerOptions, READY } from "./start_attacker.ts";

const options = AttackerOptions.parse(JSON.parse(process.argv[2] ?? "null"));
const attack = attacks[options.attack];
if (attack === undefined) throw new Error(`There is no ${options.attack}`);
// It stands for another machine, so it must not take the processor from what is measured.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

process.stdout.write(READY);
if (await Deno.stdin.read(new Uint8Array(1)) === null) process.exit(0);

const attacker = new Attacker(
  loopbackTarget(options.url),
  attack.caps,
  AbortSignal.timeout(options.seconds * 1_000),
);
await attack.run(attacker);
console.log(JSON.stringify(attacker.result));
process.exit(0);
