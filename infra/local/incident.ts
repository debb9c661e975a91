/**
 * `deno task incident`: switches an incident on in the running simulator, to see who notices, and off again.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { runCommand, say } from "#runtime/command_line.ts";
import { currentPorts } from "./current_stack.ts";
import { stackHome } from "./home.ts";
import { incidentSwitch, USAGE } from "./incident_switch.ts";
import { serviceUrl } from "./service_jobs.ts";

const OFF = "off";

const command = new Command("deno task incident")
  .description(
    "Switch an incident on in the running simulator: provider-outage, approval-drop, fraud-ring or duplicate-storm. Without a name, say which are on; off switches off those that are named, or all.",
  )
  .argument("[names...]", "of an incident, or off")
  .option("--provider <name>", "at which provider; at all if absent")
  .option("--minutes <number>", "how long; until it is switched off if absent")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
  .parse();
const { provider, minutes } = command.opts<
  { provider?: string; minutes?: string }
>();

await runCommand(async () => {
  const url = serviceUrl("simulator", await currentPorts(stackHome()));
  const { ask, on, off } = incidentSwitch({ url, fetch });
  const [first, ...others] = command.args;
  const { lines, exitCode } = first === undefined
    ? await ask("GET", "/incidents")
    : first === OFF
    ? await off(others)
    : await on(command.args, { provider, minutes });
  for (const line of lines) say(line);
  return exitCode;
});
