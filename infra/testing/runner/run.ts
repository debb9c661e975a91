/**
 * `deno task test [--long] [--kafka version] [filter…]`: all tests on the runtimes they are meant for, against one
 * broker and one database, but for those that take minutes each, which `--long` runs. The last line is `N passed, N failed`.
 *
 * @module
 */
import { Command } from "commander";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describeError } from "#runtime/errors.ts";
import { say } from "#runtime/command_line.ts";
import { repositoryRoot, stackHome } from "#local/home.ts";
import { interruption } from "#processes/interruption.ts";
import { findTestFiles } from "./files.ts";
import { judge, slowest, type Verdict } from "./junit.ts";
import { startServices } from "./test_servers.ts";
import type { TestServices } from "./test_services.ts";

/**
 * Scenarios mostly wait, for sessions to be over and servers to come back, so that two take little more
 * time than one. More would be many brokers on a small machine.
 */
const FILES_AT_ONCE = "2";

/**
 * For tests that run Kafka's own programs, those of the usual version whichever the broker is of. Where
 * containers do all there may be none.
 */
const { kafkaJars } = stackHome();

const interrupted = interruption();

const command = new Command("deno task test")
  .description(
    "Run all tests but the long ones, or those whose path contains a filter.",
  )
  .argument("[filter...]", "part of a test file's path")
  .option("--kafka <version>", "version of Apache Kafka to test against")
  .option("--long", "run the tests that take minutes each, and no others")
  .parse();
const { kafka, long: isLong } = command.opts<
  { kafka?: string; long?: boolean }
>();
if (kafka !== undefined) process.env.EVENTFLOW_KAFKA_VERSION = kafka;

const verdict = await runTests(command.args).catch((error) => ({
  passed: 0,
  failed: 1,
  complaints: [describeError(error)],
  files: new Map(),
}));
if (verdict.files.size > 1) say(`\nSlowest files:\n${slowest(verdict.files)}`);
for (const complaint of verdict.complaints) say(complaint);
say(`${verdict.passed} passed, ${verdict.failed} failed`);
process.exit(interrupted.aborted ? 130 : verdict.failed > 0 ? 1 : 0);

async function runTests(filters: readonly string[]): Promise<Verdict> {
  const files = await findTestFiles(filters, { isLong });
  if (files.deno.length + files.bun.length === 0) {
    throw new Error(`No test file's path contains ${filters.join(" or ")}.`);
  }
  const needsServices = [...files.deno, ...files.bun]
    .some((file) => file.endsWith(".integration.test.ts"));
  const services = needsServices ? await startServices(say) : undefined;
  const reports = await mkdtemp(join(tmpdir(), "eventflow-reports-"));
  try {
    const denoReport = join(reports, "deno.xml");
    const bunReport = join(reports, "bun.xml");
    const verdicts = [
      await runOn({
        runner: "Deno",
        program: process.execPath,
        args: [
          "test",
          "--allow-all",
          "--no-check",
          "--parallel",
          `--junit-path=${denoReport}`,
        ],
        files: files.deno,
        report: denoReport,
        services,
      }),
      await runOn({
        runner: "Bun",
        program: join(repositoryRoot, "node_modules/.bin/bun"),
        args: [
          "test",
          // It only ends what hangs.
          "--timeout=600000",
          "--reporter=junit",
          `--reporter-outfile=${bunReport}`,
        ],
        files: files.bun,
        report: bunReport,
        services,
      }),
    ];
    return {
      passed: verdicts.reduce((sum, one) => sum + one.passed, 0),
      failed: verdicts.reduce((sum, one) => sum + one.failed, 0),
      complaints: verdicts.flatMap((one) => one.complaints),
      files: new Map(verdicts.flatMap((one) => [...one.files])),
    };
  } finally {
    await rm(reports, { recursive: true, force: true });
    await services?.stop();
  }
}

async function runOn(
  { runner, program, args, files, report, services }: {
    runner: string;
    program: string;
    args: readonly string[];
    files: readonly string[];
    report: string;
    services: TestServices | undefined;
  },
): Promise<Verdict> {
  if (files.length === 0 || interrupted.aborted) {
    return { passed: 0, failed: 0, complaints: [], files: new Map() };
  }
  say(`\n${runner}: ${files.length} test files`);
  const child = spawn(program, [...args, ...files.map((file) => `./${file}`)], {
    cwd: repositoryRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      DENO_JOBS: FILES_AT_ONCE,
      ...(services && {
        EVENTFLOW_TEST_KAFKA: services.kafka,
        EVENTFLOW_TEST_POSTGRES: services.postgres,
        ...(existsSync(kafkaJars) && { EVENTFLOW_TEST_KAFKA_JARS: kafkaJars }),
      }),
    },
  });
  const end = () => child.kill("SIGTERM");
  interrupted.addEventListener("abort", end);
  const exitCode = await exitOf(child);
  interrupted.removeEventListener("abort", end);
  const xml = await readFile(report, "utf8").catch(() => "");
  return judge({ runner, files, exitCode, xml });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
}
