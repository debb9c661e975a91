/** What a runner's JUnit report says. A skipped test is neither passed nor failed. */
export type Report = {
  readonly passed: number;
  readonly failed: number;
  /** Paths of the files that ran at least one test, without a leading `./`. */
  readonly files: ReadonlySet<string>;
  /** Each failed test, with what it said. */
  readonly failures: readonly string[];
};

/**
 * Reads a JUnit report as `deno test` and `bun test` write it: one `testcase` per test, the file as
 * `classname` (Deno) or `file` (Bun), and `<` escaped in all text, so that a tag is always a tag.
 */
export function readReport(xml: string): Report {
  const cases = xml.split("<testcase").slice(1);
  const files = new Set<string>();
  const failures: string[] = [];
  let passed = 0;
  for (const one of cases) {
    const file = attribute(one, "file") || attribute(one, "classname");
    if (file) files.add(file.replace(/^\.\//, ""));
    const [failure] = /<(failure|error)\b[^]*/.exec(one) ?? [];
    if (failure !== undefined) {
      const name = unescaped(attribute(one, "name") ?? "");
      failures.push(`${file ?? ""}: ${name}: ${messageOf(failure)}`);
    } else if (!/<skipped\b/.test(one)) passed++;
  }
  return { passed, failed: failures.length, files, failures };
}

export type Verdict = {
  readonly passed: number;
  readonly failed: number;
  /** What went wrong, a sentence each: failed tests, and what else counts as a failure. */
  readonly complaints: readonly string[];
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
  return { passed: report.passed, failed: complaints.length, complaints };
}

const MESSAGE_LINES = 12;

/** What a failed test said, cut to what fits a summary. */
function messageOf(failure: string): string {
  const message = attribute(failure, "message") ?? "";
  const text = /^[^>]*>([^]*?)<\/(failure|error)>/.exec(failure)?.[1] ?? "";
  const lines = unescaped(text.trim() || message).split("\n");
  return lines.slice(0, MESSAGE_LINES).join("\n");
}

function attribute(element: string, name: string): string | undefined {
  const tag = element.slice(0, element.indexOf(">"));
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

/** Text as it was before it went into XML 1.0 (§2.4, §4.1). */
function unescaped(text: string): string {
  const named: Record<string, string> = {
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    amp: "&",
  };
  return text.replaceAll(
    /&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi,
    (whole, decimal, hex, name) =>
      decimal || hex
        ? String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16))
        : named[name] ?? whole,
  );
}
