/**
 * The consumers of `docs/examples/`, made ready to run: their libraries as they are pinned, their models of the published contracts.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { repositoryRoot, stackHome } from "#local/home.ts";
import { javaProgram, requireJava } from "#local/kafka/java.ts";
import { runMaven } from "#local/kafka/maven.ts";
import { describeError } from "#runtime/errors.ts";
import { buildFolder } from "../../measure/bench/baselines/built_folder.ts";
import { apply } from "../../scaffold/apply.ts";
import { newConsumer } from "../../scaffold/new_consumer.ts";
import { planInOtherLanguage } from "../../scaffold/other_language.ts";
import { publishedFolder } from "../contracts/published.ts";

/** A program that reads a topic of validated events: `--bootstrap`, `--topic`, `--group`, `--until-end`. */
export type Example = {
  readonly language: string;
  readonly program: string;
  readonly args: readonly string[];
  /** On top of this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
};

/** An example that runs here, or in a sentence why it does not. */
export type Made = Example | { readonly why: string };

const examples = join(repositoryRoot, "docs", "examples");
const home = join(stackHome().root, "examples");

/** @param say is told what is under way, a line at a time */
export async function pythonExample(
  say: (line: string) => void,
): Promise<Made> {
  const source = join(examples, "python");
  const folder = join(home, "python");
  const requirements = join(source, "requirements.txt");
  const generate = join(source, "generate.sh");
  const path = (root: string) =>
    [join(root, "libraries"), root].join(delimiter);
  try {
    await requirePip();
    await buildFolder({
      folder,
      sources: [requirements, generate, ...await schemas()],
      what: "the consumer in Python (about 50 MB)",
      say,
      async build(unfinished) {
        await mkdir(unfinished);
        await run("python3", [
          ...["-m", "pip", "install", "--quiet", "--require-hashes"],
          ...["--target", join(unfinished, "libraries"), "-r", requirements],
        ]);
        await run("sh", [generate, unfinished], {
          PYTHONPATH: path(unfinished),
        });
      },
    });
    return {
      language: "Python",
      program: "python3",
      args: [join(source, "ledger.py")],
      env: { PYTHONPATH: path(folder), PYTHONDONTWRITEBYTECODE: "1" },
    };
  } catch (error) {
    return { why: describeError(error) };
  }
}

/** @param say is told what is under way, a line at a time */
export async function javaExample(say: (line: string) => void): Promise<Made> {
  const source = join(examples, "java");
  const folder = join(home, "java");
  const pom = join(source, "pom.xml");
  try {
    await requireJava(say);
    await buildFolder({
      folder,
      sources: [pom, join(source, "Ledger.java"), ...await schemas()],
      what: "the consumer in Java through Maven (about 40 MB)",
      say,
      async build(unfinished) {
        await runMaven([
          `--file=${pom}`,
          ...["jsonschema2pojo:generate", "compiler:compile"],
          "dependency:copy-dependencies",
          "-DincludeScope=runtime",
          `-Dfolder=${unfinished}`,
        ], { task: "build the consumer in Java" });
        await rm(join(unfinished, "generated"), { recursive: true });
      },
    });
    const classPath = [
      join(folder, "classes"),
      join(folder, "dependency", "*"),
    ];
    return {
      language: "Java",
      program: await javaProgram(),
      args: ["-cp", classPath.join(delimiter), "eventflow.examples.Ledger"],
      env: {},
    };
  } catch (error) {
    return { why: describeError(error) };
  }
}

/**
 * What `deno task new consumer` makes in the language of an example, built as its page says, with the example's libraries.
 *
 * @param folder is made
 */
export async function madeAnew(
  example: Example,
  folder: string,
): Promise<Example> {
  const { language, program, args, env } = example;
  const consumer = newConsumer("fraud-watch", { reads: "validated", port: 0 });
  const isJava = language === "Java";
  await apply(
    await planInOtherLanguage(
      isJava ? "java" : "python",
      consumer,
      repositoryRoot,
    ),
    folder,
  );
  if (isJava) {
    await runMaven([
      `--file=${join(folder, "pom.xml")}`,
      ...["jsonschema2pojo:generate", "compiler:compile"],
    ], { task: "build the consumer in Java" });
    const [, classPath = ""] = args;
    const [, libraries = ""] = classPath.split(delimiter);
    const own = [join(folder, "target", "classes"), libraries];
    return {
      ...{ language, program, env },
      args: ["-cp", own.join(delimiter), "eventflow.examples.FraudWatch"],
    };
  }
  await run("sh", [join(folder, "generate.sh"), folder], env);
  // Its own folder comes first.
  return { ...example, args: [join(folder, "fraud_watch.py")] };
}

async function requirePip(): Promise<void> {
  const oldest = "import pip, sys; sys.exit(sys.version_info < (3, 10))";
  await run("python3", ["-c", oldest]).catch((cause) => {
    throw new Error(
      "Python 3.10 or newer with pip was not found and is needed to run the consumer in Python: install python3 and python3-pip",
      { cause },
    );
  });
}

async function schemas(): Promise<string[]> {
  const folder = join(repositoryRoot, publishedFolder);
  return (await readdir(folder)).sort().map((file) => join(folder, file));
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** What an example prints of a topic that it reads to its end, line by line. */
export async function linesOf(
  { program, args, env }: Example,
  { bootstrap, topic, group }: {
    readonly bootstrap: string;
    readonly topic: string;
    readonly group: string;
  },
): Promise<string[]> {
  const printed = await run(program, [
    ...args,
    ...["--bootstrap", bootstrap, "--topic", topic],
    ...["--group", group, "--until-end"],
  ], env);
  return printed.split("\n").filter((line) => line !== "");
}
