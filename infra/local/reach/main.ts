/**
 * `deno task reach`: tries from each running container of the stack to reach every other one and the world outside,
 * and fails if one can reach what it has no network with, or cannot reach what it has.
 *
 * @module
 */
import { Command } from "commander";
import { lookup } from "node:dns/promises";
import { alignColumns } from "#runtime/columns.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { requireContainers } from "../compose.ts";
import { readContainers, tryFrom } from "./containers.ts";
import { faultsOf, type Reach } from "./faults.ts";

const { outside } = new Command("deno task reach")
  .description(
    "Try what each container of the running stack can reach, and compare it with its networks.",
  )
  .option(
    "--outside <host:port>",
    "what of the world outside is tried; this machine must reach it",
    "registry.npmjs.org:443",
  )
  .parse()
  .opts<{ outside: string }>();

await runCommand(async () => {
  await requireContainers();
  const [host = "", port = "443"] = outside.split(":");
  // By address: a container without a way out has no names of it either.
  const { address } = await lookup(host, { family: 4 });
  const containers = await readContainers();
  const targets = containers.flatMap(({ name, addresses, ports }) =>
    addresses.flatMap((ip) => ports.map((one) => ({ name, ip, port: one })))
  );
  const world = { name: "outside", ip: address, port: Number(port) };

  const reaches: Reach[] = await Promise.all(
    containers.map(async (container) => ({
      container,
      reached: new Set(await tryFrom(container.id, [...targets, world])),
    })),
  );
  const thisMachine = await tryFrom(undefined, [world]);

  say(alignColumns(reaches.map(({ container, reached }) => [
    container.name,
    [...reached].filter((name) => name !== container.name).sort().join(", "),
  ])));
  if (thisMachine.length === 0) {
    say(`Not checked: this machine itself does not reach ${outside}.`);
  }
  const faults = faultsOf(reaches);
  for (const fault of faults) say(fault);
  say(
    faults.length === 0
      ? "Each container reaches those it shares a network with, and nobody else."
      : `${faults.length} differ from compose.yaml.`,
  );
  return faults.length === 0 ? 0 : 1;
});
