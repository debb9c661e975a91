/**
 * `deno task aws`: checks what is made for AWS, without an account. CDK's templates: types, cdk-nag's rules, cfn-lint, that no role may
 * do more than the table of rights says, that no alarm is silent when it is needed, and that a first deployment starts nothing. Terraform's files: that they read the tables as they are, their form, tflint and checkov. What cannot
 * be had for it is said; only in CI that is a failure. `--write` brings Terraform's tables up to date; `--synth` makes the
 * template of the settings in the environment, and leaves it in `.eventflow/aws/template`.
 *
 * @module
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { repositoryRoot } from "#local/home.ts";
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import type { Environment } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { bringUpToDate } from "../../checks/generated/bring_up_to_date.ts";
import { had, lack } from "../../checks/programs/not_checked.ts";
import { run, type Tool } from "../../checks/programs/tool.ts";
import { silentAlarms, startedTooSoon } from "./template_faults.ts";
import { wrongRights } from "./template_rights.ts";
import { TERRAFORM_TABLE, terraformPages } from "./terraform_table.ts";
import { awsHome, cdk, goTool, pythonTool } from "./tools.ts";

const FAILED = 1;

const here = "infra/deploy/aws";
const terraform = `${here}/terraform`;

/** An account that nobody has: its first deployment, and both kinds of brokers. */
const example: Environment = {
  EVENTFLOW_AWS_ACCOUNT: "111122223333",
  EVENTFLOW_AWS_REGION: "eu-central-1",
  EVENTFLOW_AWS_ZONES: "eu-central-1a,eu-central-1b,eu-central-1c",
  EVENTFLOW_AWS_IMAGES:
    "111122223333.dkr.ecr.eu-central-1.amazonaws.com/eventflow",
  EVENTFLOW_AWS_VERSION: "1.0.0",
  EVENTFLOW_AWS_CERTIFICATE_ARN:
    "arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000",
};
const examples: Readonly<Record<string, Environment>> = {
  first: { ...example, EVENTFLOW_AWS_RUNNING: "false" },
  express: { ...example, EVENTFLOW_AWS_BROKERS: "express" },
  standard: {
    ...example,
    EVENTFLOW_AWS_BROKERS: "standard",
    EVENTFLOW_AWS_EXPLAINER_MODEL: "anthropic.claude-sonnet-4-5-v1:0",
  },
};

const { write, synth } = new Command("deno task aws")
  .description("Check what is made for AWS, without an account.")
  .option("--write", "bring Terraform's tables up to date, and check nothing")
  .option("--synth", "make the template of your settings, and check nothing")
  .parse()
  .opts<{ write?: boolean; synth?: boolean }>();

await runCommand(async () => {
  if (write) return await tables(false);
  if (synth) {
    const { file, faults } = await synthesize(
      await cdk(),
      {},
      join(awsHome, "template"),
    );
    if (faults.length > 0) throw new StartError(faults.join("\n"));
    say(file);
    return exitCodes.ok;
  }
  return await check();
});

function tables(check: boolean): Promise<number> {
  return bringUpToDate({
    folder: TERRAFORM_TABLE,
    pages: terraformPages(),
    task: "deno task aws --write",
    check,
  });
}

async function check(): Promise<number> {
  const code = await tables(true);
  const bun = had(cdk);
  const cfnLint = had(() => pythonTool("cfn-lint"));
  const checkov = had(() => pythonTool("checkov"));
  const hclfmt = had(() => goTool("hclfmt"));
  // One after the other: both build the same packages.
  const tflint = hclfmt.then(() => had(() => goTool("tflint")));
  const outcomes = await Promise.all([
    tell("types of CDK's stack", by(bun, types)),
    ...Object.entries(examples).map(([name, env]) =>
      tell(
        `template of the example ${name}`,
        by(bun, (bun) => by(cfnLint, (lint) => template(bun, lint, name, env))),
      )
    ),
    tell(
      "form of Terraform's files",
      by(
        hclfmt,
        async (hclfmt) =>
          faultsOf(hclfmt, ["-require-no-change", ...await terraformFiles()]),
      ),
    ),
    tell(
      "Terraform's files by tflint",
      by(
        tflint,
        (tflint) => faultsOf(tflint, [`--chdir=${terraform}`, "--no-color"]),
      ),
    ),
    tell(
      "Terraform's files by checkov",
      by(
        checkov,
        (checkov) =>
          faultsOf(checkov, ["--config-file", `${terraform}/.checkov.yaml`]),
      ),
    ),
  ]);
  if (code !== exitCodes.ok || outcomes.includes(false)) return FAILED;
  return outcomes.includes(undefined) ? lack() : exitCodes.ok;
}

/** Nothing, if there is no tool to find something by. */
type Faults = readonly string[] | undefined;

async function by(
  tool: Promise<Tool | undefined>,
  find: (tool: Tool) => Promise<Faults>,
): Promise<Faults> {
  const there = await tool;
  return there && await find(there);
}

/** Says how it went, and what was found. */
async function tell(
  name: string,
  finding: Promise<Faults>,
): Promise<boolean | undefined> {
  const faults = await finding;
  if (faults === undefined) return undefined;
  const isGood = faults.length === 0;
  say(`${isGood ? "ok    " : "FAILED"}  ${name}`);
  for (const fault of faults) say(`  ${fault}`);
  return isGood;
}

async function faultsOf(
  tool: Tool,
  args: readonly string[],
  env: Environment = {},
): Promise<readonly string[]> {
  const { ok, output } = await run(tool, args, env);
  return ok ? [] : output.trim().split("\n");
}

function types(): Promise<Faults> {
  const program = join(repositoryRoot, "node_modules/.bin/tsc");
  return faultsOf({ program, args: ["-p", here] }, []);
}

async function template(
  bun: Tool,
  cfnLint: Tool,
  name: string,
  env: Environment,
): Promise<Faults> {
  const { file, faults } = await synthesize(
    bun,
    env,
    join(awsHome, `template-${name}`),
  );
  if (faults.length > 0) return faults;
  const made = JSON.parse(await readFile(file, "utf8"));
  return [
    ...wrongRights(made, allNeeds(usualNames())),
    ...silentAlarms(made),
    ...env.EVENTFLOW_AWS_RUNNING === "false" ? startedTooSoon(made) : [],
    // Zones are a setting, as three are needed; and CDK names what a resource waits for though it refers to it.
    ...await faultsOf(cfnLint, [file, "--ignore-checks", "W3010", "W3005"]),
  ];
}

/** By CDK, whose rules of cdk-nag fail it. */
async function synthesize(bun: Tool, env: Environment, folder: string) {
  await rm(folder, { recursive: true, force: true });
  const program = join(here, "stack/main.ts");
  const faults = await faultsOf(bun, [program], { ...env, CDK_OUTDIR: folder });
  return { file: join(folder, "EventFlow.template.json"), faults };
}

async function terraformFiles(): Promise<readonly string[]> {
  const names = await readdir(join(repositoryRoot, terraform));
  return names.filter((name) => name.endsWith(".tf"))
    .map((name) => join(terraform, name));
}
