import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findJava } from "./java.ts";

/** Runs with folders whose `java` says that it is of these versions, or says nothing at all. */
async function withJavas(
  versions: Readonly<Record<string, string>>,
  work: (homeOf: (name: string) => string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "eventflow-java-"));
  try {
    for (const [name, version] of Object.entries(versions)) {
      const java = join(root, name, "bin", "java");
      await mkdir(join(root, name, "bin"), { recursive: true });
      await writeFile(java, `#!/bin/sh\necho '${version}' >&2\n`);
      await chmod(java, 0o755);
    }
    await work((name) => join(root, name));
  } finally {
    await rm(root, { recursive: true });
  }
}

test("the Java of JAVA_HOME comes before that of the path", () =>
  withJavas({
    home: 'openjdk version "21.0.1"',
    path: 'openjdk version "17.0.15"',
  }, async (homeOf) => {
    const env = {
      JAVA_HOME: homeOf("home"),
      PATH: join(homeOf("path"), "bin"),
    };
    assert.deepEqual(await findJava(env), {
      program: join(homeOf("home"), "bin", "java"),
    });
    assert.deepEqual(await findJava({ PATH: env.PATH }), { program: "java" });
  }));

test("a Java that is too old is passed over for one that is not", () =>
  withJavas({
    home: 'openjdk version "11.0.2"',
    path: 'openjdk version "17.0.15"',
  }, async (homeOf) => {
    const env = {
      JAVA_HOME: homeOf("home"),
      PATH: join(homeOf("path"), "bin"),
    };
    assert.deepEqual(await findJava(env), { program: "java" });
  }));

test("where none runs Kafka, it says which there are", () =>
  withJavas({
    home: 'java version "1.8.0_402"',
    stub: "No Java runtime present, requesting install.",
  }, async (homeOf) => {
    const PATH = join(homeOf("stub"), "bin");
    assert.deepEqual(await findJava({ PATH }), {
      why: "this machine has no Java",
    });
    assert.deepEqual(await findJava({ JAVA_HOME: homeOf("home"), PATH }), {
      why: "Java 8 of JAVA_HOME is older than 17, which Kafka needs",
    });
  }));
