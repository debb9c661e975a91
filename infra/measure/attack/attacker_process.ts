/**
 * One attack as a process of its own, on Deno: `assailant.ts OPTIONS`, which are JSON. It is started with
 * the permission to connect to its target and to nothing else. Prints that it is ready, begins when it is told
 * to by its input, and prints a line of JSON when it is over. Where nobody is there any more to tell it, it ends.
 *
 * @module
 */
import os from "node:os";
import process from "node:process";
import { Assault } from "./attacker.ts";
import { attacks } from "./attacks.ts";
import { loopbackTarget } from "./loopback.ts";
import { AssaultOptions, READY } from "./start_attacker.ts";

const options = AssaultOptions.parse(JSON.parse(process.argv[2] ?? "null"));
const attack = attacks[options.attack];
if (attack === undefined) throw new Error(`There is no ${options.attack}`);
// It stands for another machine, so it must not take the processor from what is measured.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

process.stdout.write(READY);
if (await Deno.stdin.read(new Uint8Array(1)) === null) process.exit(0);

const assault = new Assault(
  loopbackTarget(options.url),
  attack.caps,
  AbortSignal.timeout(options.seconds * 1_000),
);
await attack.run(assault);
console.log(JSON.stringify(assault.deeds));
process.exit(0);
