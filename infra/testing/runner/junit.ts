import { XMLParser } from "fast-xml-parser";
import { z } from "zod";

/** What a runner's JUnit report says. A skipped test is neither passed nor failed. */
export type Report = {
  readonly passed: number;
  readonly failed: number;
  /** Seconds of the tests of each file that ran at least one, by its path without a leading `./`. */
  readonly files: ReadonlyMap<string, number>;
  /** Each failed test, with what it said. */
  readonly failures: readonly string[];
};

const Complaint = z.object({
  "@message": z.string().default(""),
  "#text": z.string().default(""),
}).partial();

const TestCase = z.object({
  "@name": z.string(),
  "@classname": z.string().default(""),
  "@file": z.string().default(""),
  "@time": z.coerce.number().default(0),
  failure: Complaint.optional(),
  error: Complaint.optional(),
  skipped: z.unknown().optional(),
});

/** Suites may lie in suites. */
type Suite = {
  testsuite?: Suite[] | undefined;
  testcase?: unknown[] | undefined;
};

const Suite: z.ZodType<Suite> = z.object({
  get testsuite() {
    return z.array(Suite).optional();
  },
  testcase: z.array(z.unknown()).optional(),
});

const JUnit = z.object({ testsuites: Suite.default({}) });

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  // Also those by number, as `&#39;`.
  htmlEntities: true,
  isArray: (name) => name === "testsuite" || name === "testcase",
});

/**
 * Reads a JUnit report as `deno test` and `bun test` write it: one `testcase` per test, the file as `classname` (Deno) or
 * `file` (Bun).
 *
 * @param xml empty if the runner wrote none
 */
export function readReport(xml: string): Report {
  const { testsuites } = JUnit.parse(parser.parse(xml));
  const files = new Map<string, number>();
  const failures: string[] = [];
  let passed = 0;
  for (const one of casesOf(testsuites)) {
    const file = (one["@file"] || one["@classname"]).replace(/^\.\//, "");
    if (file) files.set(file, (files.get(file) ?? 0) + one["@time"]);
    const failure = one.failure ?? one.error;
    if (failure !== undefined) {
      failures.push(`${file}: ${one["@name"]}: ${messageOf(failure)}`);
    } else if (one.skipped === undefined) passed++;
  }
  return { passed, failed: failures.length, files, failures };
}

function casesOf(
  { testsuite = [], testcase = [] }: Suite,
): z.infer<typeof TestCase>[] {
  return [
    ...testcase.map((one) => TestCase.parse(one)),
    ...testsuite.flatMap(casesOf),
  ];
}

export type Verdict = {
  readonly passed: number;
  readonly failed: number;
  /** What went wrong, a sentence each: failed tests, and what else counts as a failure. */
  readonly complaints: readonly string[];
  /** Seconds of the tests of each file. */
  readonly files: ReadonlyMap<string, number>;
};

/**
 * Judges one runner by its report, the files it was given and its exit code. Neither runner reports a
 * file that breaks while it loads, so a file that ran nothing is a failure.
 */
export function judge(
  { runner, files, exitCode, xml }: {
    runner: string;
    files: readonly string[];
    exitCode: number | null;
    xml: string;
  },
): Verdict {
  const report = readReport(xml);
  const complaints = [
    ...report.failures.map((failure) => `Failed on ${runner}: ${failure}`),
    ...files
      .filter((file) => !report.files.has(file))
      .map((file) => `${file} ran no test on ${runner}`),
  ];
  if (exitCode !== 0 && complaints.length === 0) {
    complaints.push(`${runner} ended with exit code ${exitCode}`);
  }
  return {
    passed: report.passed,
    failed: complaints.length,
    complaints,
    files: report.files,
  };
}

const SLOWEST = 12;

/** The files that took longest, a line each, slowest first. */
export function slowest(files: ReadonlyMap<string, number>): string {
  return [...files]
    .sort(([, one], [, other]) => other - one)
    .slice(0, SLOWEST)
    .map(([file, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s ${file}`)
    .join("\n");
}

const MESSAGE_LINES = 12;

/** What a failed test said, cut to what fits a summary. */
function messageOf(failure: z.infer<typeof Complaint>): string {
  const text = failure["#text"]?.trim() || failure["@message"] || "";
  return text.split("\n").slice(0, MESSAGE_LINES).join("\n");
}
