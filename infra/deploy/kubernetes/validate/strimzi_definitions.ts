/**
 * The definitions of Strimzi's resources. No package has them as files: Strimzi's own generator, a program of two jars, makes them of its
 * classes, as it does in Strimzi's build.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { download } from "#local/downloads/download.ts";
import { type Jar, jarFile, urlOf } from "#local/kafka/jars.ts";
import { majorVersion } from "#local/kafka/java.ts";

const VERSION = "1.2.0";

const jars: readonly Jar[] = [
  {
    groupId: "io.strimzi",
    artifactId: "api",
    version: VERSION,
    sha256: "566961ae5e5646a001ae91312beda5cba3a5d467e740e205e1b761754335fe4e",
    bytes: 1_485_809,
  },
  {
    groupId: "io.strimzi",
    artifactId: "crd-generator",
    version: VERSION,
    sha256: "76bb2430e702a1e6a24c071d26c865d5e9572cbc630d176d3b912033ae23ed00",
    bytes: 18_531_170,
  },
];

const OLDEST_JAVA = 21;

/** Classes of the resources that the manifests have. */
const classes = [
  "kafka.Kafka",
  "nodepool.KafkaNodePool",
  "topic.KafkaTopic",
  "user.KafkaUser",
];

/**
 * A folder with a file for each.
 *
 * @throws {Error} saying why they cannot be had, and what to do
 */
export async function strimziDefinitions(
  folder: string,
  say: (line: string) => void,
): Promise<string> {
  const made = join(folder, `strimzi-${VERSION}`);
  if (existsSync(made)) return made;
  const java = await newJava();
  if (java === undefined) {
    throw new Error(
      `Strimzi's definitions need Java ${OLDEST_JAVA} or newer, and this machine has none: install one, or name it in JAVA_HOME.`,
    );
  }
  const work = `${made}.${process.pid}.part`;
  try {
    await mkdir(work, { recursive: true });
    say(`Making the definitions of Strimzi ${VERSION} …`);
    for (const jar of jars) {
      const file = join(work, jarFile(jar));
      await download({ url: urlOf(jar), file, sha256: jar.sha256 });
    }
    const output = join(work, "definitions");
    await mkdir(output);
    await promisify(execFile)(java, [
      "-cp",
      jars.map((jar) => join(work, jarFile(jar))).join(":"),
      "io.strimzi.crdgenerator.CrdGenerator",
      "--yaml",
      "--target-kube",
      "1.30+",
      "--crd-api-version",
      "v1",
      ...classes.map((name) =>
        `io.strimzi.api.kafka.model.${name}=${join(output, `${name}.yaml`)}`
      ),
    ]);
    await rename(output, made);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return made;
}

/** In `JAVA_HOME` and its like of GitHub's machines, on the path, and where Debian puts them. */
async function newJava(): Promise<string | undefined> {
  const { JAVA_HOME, JAVA_HOME_21_X64, JAVA_HOME_25_X64 } = process.env;
  const debian = "/usr/lib/jvm";
  const installed = await readdir(debian).catch(() => []);
  const candidates = [
    ...[JAVA_HOME, JAVA_HOME_21_X64, JAVA_HOME_25_X64].filter((home) =>
      home !== undefined
    ).map((home) => join(home, "bin", "java")),
    "java",
    ...installed.sort().map((name) => join(debian, name, "bin", "java")),
  ];
  for (const java of candidates) {
    const version = await majorVersion(java, process.env);
    if (version !== undefined && version >= OLDEST_JAVA) return java;
  }
  return undefined;
}
