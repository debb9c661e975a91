import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import { repositoryRoot } from "../home.ts";
import {
  downloadJars,
  type Jar,
  jarFile,
  parseJarList,
  readJarList,
  verifyJars,
} from "./jars.ts";

const bytes = "a jar";
const jar: Jar = {
  groupId: "org.example",
  artifactId: "broker_2.13",
  version: "1.0.0",
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes: bytes.length,
};

test("each Kafka that is run has a list, which fits the versions of pom.xml", async () => {
  const ok = await readFile(
    join(repositoryRoot, "infra/checks/ok.ts"),
    "utf8",
  );
  const pom = await readFile(new URL("pom.xml", import.meta.url), "utf8");
  const usual = /<kafka\.version>(.*)<\//.exec(pom)?.[1] ?? "";
  const oldest = /"--kafka", "([\d.]+)"/.exec(ok)?.[1] ?? "";
  const log4j = /log4j-slf4j-impl<\/artifactId>\s*<version>(.*)<\//.exec(pom);
  for (const version of [usual, oldest]) {
    const list = await readJarList(version);
    assert.ok(list, `there is no list for Kafka ${version}`);
    const names = list.map(jarFile);
    assert.equal(new Set(names).size, names.length);
    for (
      const name of [
        `kafka_2.13-${version}.jar`,
        `kafka-clients-${version}.jar`,
        `kafka-tools-${version}.jar`,
        `log4j-slf4j-impl-${log4j?.[1]}.jar`,
      ]
    ) assert.ok(names.includes(name), `${version} lacks ${name}`);
  }
});

test("a version that nobody listed has no list", async () => {
  assert.equal(await readJarList("0.0.1"), undefined);
});

test("a line that is not coordinates, a digest and a size is refused", () => {
  const digest = "0".repeat(64);
  for (
    const line of [
      `org.example:broker:1.0.0 ${digest}`,
      `org.example:broker:../1 ${digest} 5`,
      `org.example:broker:1.0.0 ${digest.slice(1)} 5`,
      `org.example:broker ${digest} 5`,
    ]
  ) {
    assert.throws(() => parseJarList(`${line}\n`), /has the line/, line);
  }
});

test("all jars of a list are downloaded from the mirror that is set, where Maven's layout has them", async () => {
  const other: Jar = { ...jar, artifactId: "clients" };
  const asked: string[] = [];
  await fromMirror((path) => {
    asked.push(path);
    return bytes;
  }, async (folder) => {
    await downloadJars([jar, other], folder, { say: () => {} });
    assert.deepEqual(
      (await readdir(folder)).sort(),
      ["broker_2.13-1.0.0.jar", "clients-1.0.0.jar"],
    );
  });
  assert.deepEqual(asked.sort(), [
    "/maven/org/example/broker_2.13/1.0.0/broker_2.13-1.0.0.jar",
    "/maven/org/example/clients/1.0.0/clients-1.0.0.jar",
  ]);
});

test("a jar that cannot be had ends the others, and a sentence says which, why and what to do", () =>
  fromMirror(
    (path) => path.includes("clients") ? bytes : "",
    async (folder) => {
      const list = [{ ...jar, artifactId: "clients" }, jar];
      await assert.rejects(
        downloadJars(list, folder, { say: () => {} }),
        /could not be fetched: .*broker_2\.13-1\.0\.0\.jar is not the file .*Set EVENTFLOW_MAVEN_MIRROR .*install Maven/,
      );
    },
  ));

test("jars that Maven brought must be those of the list, all of them and no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-jars-"));
  try {
    await assert.rejects(verifyJars([jar], folder), /1\.0\.0\.jar is missing/);
    await writeFile(join(folder, jarFile(jar)), "another");
    await assert.rejects(verifyJars([jar], folder), /has SHA-256 .* must have/);
    await writeFile(join(folder, jarFile(jar)), bytes);
    await verifyJars([jar], folder);
    await writeFile(join(folder, "stranger.jar"), bytes);
    await assert.rejects(
      verifyJars([jar], folder),
      /stranger\.jar .* no place/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Runs with a folder, and with a mirror that answers by path. */
async function fromMirror(
  answer: (path: string) => string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-jars-"));
  const server = createServer(({ url = "" }, response) =>
    response.end(answer(url))
  );
  const port = await listening(server);
  process.env.EVENTFLOW_MAVEN_MIRROR = `http://127.0.0.1:${port}/maven`;
  try {
    await work(folder);
  } finally {
    delete process.env.EVENTFLOW_MAVEN_MIRROR;
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
}
