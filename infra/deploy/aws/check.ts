/**
 * `deno task aws`: makes the templates for AWS and checks them, without an account: types, cdk-nag's rules, cfn-lint,
 * that no role may do more than the table of rights says, that no alarm is silent when it is needed, and that a first deployment
 * starts nothing. `--synth` makes the template of the settings in the
 * environment, and leaves it in `.eventflow/aws/template`.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import type { Environment } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentAlarms, startedTooSoon } from "./template_faults.ts";
import { wrongRights } from "./template_rights.ts";

const CFN_LINT = "1.58.0";
const FAILED = 1;

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Packages are not among the repository's own: they are 100 MB that few need. */
const home = join(root, ".eventflow", "aws");
const bun = join(root, "node_modules/.bin/bun");

/** An account that nobody has: its first deployment, and both kinds of brokers. */
const examples: Readonly<Record<string, Environment>> = {
  first: { EVENTFLOW_AWS_RUNNING: "false" },
  express: { EVENTFLOW_AWS_BROKERS: "express" },
  standard: {
    EVENTFLOW_AWS_BROKERS: "standard",
    EVENTFLOW_AWS_EXPLAINER_MODEL: "anthropic.claude-sonnet-4-5-v1:0",
  },
};

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

await runCommand(() =>
  process.argv.includes("--synth") ? make() : checkExamples()
);

async function make(): Promise<number> {
  await install();
  const template = await synthesize(process.env, join(home, "template"));
  say(template);
  return exitCodes.ok;
}

async function checkExamples(): Promise<number> {
  await install();
  await run("types", join(root, "node_modules/.bin/tsc"), ["-p", here]);
  const needs = allNeeds(usualNames());
  let wrong = 0;
  for (const [name, its] of Object.entries(examples)) {
    const file = await synthesize(
      { ...process.env, ...example, ...its },
      join(home, `template-${name}`),
    );
    const template = JSON.parse(await readFile(file, "utf8"));
    const sentences = [
      ...wrongRights(template, needs),
      ...silentAlarms(template),
      ...its.EVENTFLOW_AWS_RUNNING === "false" ? startedTooSoon(template) : [],
    ];
    for (const sentence of sentences) say(`${name}: ${sentence}.`);
    wrong += sentences.length;
    await lint(file);
    const { length } = Object.keys(template.Resources);
    say(
      `${name}: ${length} resources, cdk-nag and cfn-lint have nothing to say, and ${sentences.length} things are not as they have to be.`,
    );
  }
  return wrong === 0 ? exitCodes.ok : FAILED;
}

/** The exact packages of `packages/`, by their lock. */
async function install(): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const file of ["package.json", "bun.lock"]) {
    await copyFile(join(here, "packages", file), join(home, file));
  }
  await run("packages", bun, [
    "install",
    "--frozen-lockfile",
    "--ignore-scripts",
    `--cwd=${home}`,
  ]);
}

async function synthesize(env: Environment, folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await run("synthesis", bun, [join(here, "stack/main.ts")], {
    ...env,
    CDK_OUTDIR: folder,
  });
  return join(folder, "EventFlow.template.json");
}

async function lint(template: string): Promise<void> {
  const folder = join(home, `cfn-lint-${CFN_LINT}`);
  if (!existsSync(folder)) {
    await run("cfn-lint", "python3", [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
      ...[`--target=${folder}.part`, `cfn-lint==${CFN_LINT}`],
    ]);
    await rename(`${folder}.part`, folder);
  }
  await run(
    "cfn-lint",
    "python3",
    [
      join(folder, "bin", "cfn-lint"),
      template,
      // Zones are a setting, as three are needed; and CDK names what a resource waits for though it refers to it.
      ...["--ignore-checks", "W3010", "W3005"],
    ],
    {
      ...process.env,
      PYTHONPATH: folder,
    },
  );
}

/** @throws {StartError} with what it said, if it fails */
async function run(
  what: string,
  program: string,
  args: readonly string[],
  env: Environment = process.env,
): Promise<void> {
  try {
    await promisify(execFile)(program, [...args], {
      cwd: root,
      env: { ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    throw new StartError(
      `The ${what} for AWS failed:\n${stdout}${stderr || String(error)}`,
      { cause: error },
    );
  }
}
