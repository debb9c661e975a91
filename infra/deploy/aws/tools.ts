/**
 * What AWS's templates and Terraform's files are made and checked by, each of an exact version. It is not among the repository's own
 * packages, as few need it, and is kept in `.eventflow/aws`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "#local/home.ts";
import { say } from "#runtime/command_line.ts";
import { type GoModule, goProgram } from "../../checks/programs/go.ts";
import { run, type Tool } from "../../checks/programs/tool.ts";

const fromPyPi = { "cfn-lint": "1.58.0", checkov: "3.3.30" } as const;

const fromGo = {
  tflint: {
    path: "github.com/terraform-linters/tflint",
    version: "v0.64.0",
  },
  hclfmt: {
    path: "github.com/hashicorp/hcl/v2/cmd/hclfmt",
    version: "v2.24.0",
  },
} as const satisfies Readonly<Record<string, GoModule>>;

/** Where `tsconfig.json` looks for CDK's packages. */
export const awsHome: string = join(repositoryRoot, ".eventflow", "aws");

const packages = join(repositoryRoot, "infra/deploy/aws/packages");
const bun: Tool = {
  program: join(repositoryRoot, "node_modules/.bin/bun"),
  args: [],
};

/**
 * CDK's packages, exactly those of the lock, and the Bun that runs them.
 *
 * @throws {Error} saying why they cannot be had
 */
export async function cdk(): Promise<Tool> {
  await mkdir(awsHome, { recursive: true });
  for (const file of ["package.json", "bun.lock"]) {
    await copyFile(join(packages, file), join(awsHome, file));
  }
  const flags = ["--frozen-lockfile", "--ignore-scripts", `--cwd=${awsHome}`];
  await get("CDK", bun, ["install", ...flags]);
  return bun;
}

/** @throws {Error} saying why it cannot be had */
export async function pythonTool(name: keyof typeof fromPyPi): Promise<Tool> {
  const folder = join(awsHome, `${name}-${fromPyPi[name]}`);
  if (!existsSync(folder)) {
    const part = `${folder}.part`;
    await rm(part, { recursive: true, force: true });
    await mkdir(awsHome, { recursive: true });
    const flags = ["--quiet", "--disable-pip-version-check", "--no-compile"];
    await get(name, { program: "python3", args: ["-m", "pip"] }, [
      ...["install", ...flags, `--target=${part}`],
      `${name}==${fromPyPi[name]}`,
    ]);
    await rename(part, folder);
  }
  return {
    program: "python3",
    args: [join(folder, "bin", name)],
    env: { PYTHONPATH: folder },
  };
}

/** @throws {Error} saying why it cannot be had */
export async function goTool(name: keyof typeof fromGo): Promise<Tool> {
  return {
    program: await goProgram(name, fromGo[name], awsHome, say),
    args: [],
  };
}

async function get(
  name: string,
  tool: Tool,
  args: readonly string[],
): Promise<void> {
  const { ok, output } = await run(tool, args);
  if (ok) return;
  const why = output.trim().split("\n").at(-1);
  throw new Error(
    `${name} cannot be had (${why}): it takes Python 3 with pip, and the registries of npm and PyPI.`,
  );
}
