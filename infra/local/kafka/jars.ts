/**
 * The jars of a Kafka, or of a plugin of it, as a committed list has them: which they are, and the digest of each. `deno
 * task jars` writes the lists from what Maven resolves.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { download } from "../downloads/download.ts";
import { inMegabytes, sayProgress } from "../downloads/progress.ts";
import { readDownloadSettings } from "../downloads/settings.ts";

export type Jar = {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  /** Which of several jars of that version, as `nohive`. */
  readonly classifier?: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
};

/** As Maven itself asks it. */
const MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2";

/** Of Kafka's jars, most are small: it is the answers that take time. */
const AT_ONCE = 8;

/** Where the list of a version is. */
export function jarListFile(version: string): URL {
  return new URL(`jars/${version}.txt`, import.meta.url);
}

/** The jars of a version of Kafka, or undefined if there is no list of them. */
export function readJarList(version: string): Promise<Jar[] | undefined> {
  return readJars(jarListFile(version));
}

/** The jars of a list, or undefined if there is no such file. */
export async function readJars(list: URL): Promise<Jar[] | undefined> {
  try {
    return parseJarList(await readFile(list, "utf8"));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error &&
      error.code === "ENOENT";
    if (isMissing) return undefined;
    throw error;
  }
}

/** Reads lines such as `org.apache.kafka:kafka_2.13:4.3.1 <sha256> <bytes>`; a classifier stands behind the version. */
export function parseJarList(list: string): Jar[] {
  return list.trimEnd().split("\n").map((line) => {
    const [, groupId, artifactId, version, classifier, sha256, bytes] =
      /^([\w.-]+):([\w.-]+):([\w.-]+)(?::([\w.-]+))? ([0-9a-f]{64}) (\d+)$/
        .exec(line) ?? [];
    if (!groupId || !artifactId || !version || !sha256) {
      throw new Error(`A list of jars has the line "${line}"`);
    }
    return {
      groupId,
      artifactId,
      version,
      ...classifier && { classifier },
      sha256,
      bytes: Number(bytes),
    };
  });
}

/** In hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function jarFile({ artifactId, version, classifier }: Jar): string {
  return `${[artifactId, version, classifier].filter(Boolean).join("-")}.jar`;
}

/**
 * Downloads all of them into a folder.
 *
 * @throws {StartError} naming the first that could not be had, and what to do
 */
export async function downloadJars(
  jars: readonly Jar[],
  folder: string,
  { say, stopping, what = "Apache Kafka" }: {
    say: (line: string) => void;
    stopping?: AbortSignal;
    /** What they are the jars of. */
    what?: string;
  },
): Promise<void> {
  const left = [...jars];
  const size = inMegabytes(jars.reduce((sum, { bytes }) => sum + bytes, 0));
  const [failed, first] = [new AbortController(), { failure: "" }];
  let received = 0;
  using _ = sayProgress(
    say,
    () => `${inMegabytes(received)} of ${size} fetched`,
  );
  const signals = stopping ? [failed.signal, stopping] : [failed.signal];
  const options = {
    stopping: AbortSignal.any(signals),
    onBytes: (bytes: number) => received += bytes,
  };
  const work = async () => {
    for (let jar; !failed.signal.aborted && (jar = left.shift());) {
      const [url, file] = [urlOf(jar), join(folder, jarFile(jar))];
      await download({ url, file, sha256: jar.sha256 }, options)
        .catch((error) => {
          // What others say next is that they were ended for this.
          first.failure ||= describeError(error);
          failed.abort();
        });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (first.failure === "") return;
  throw new StartError(
    `${what} could not be fetched: ${first.failure}. Set EVENTFLOW_MAVEN_MIRROR to a mirror of Maven Central that this machine reaches, or install Maven 3.8 or newer and Java 17 or newer, which are used where they are.`,
  );
}

/** Address of a jar at Maven Central, or at its mirror: the layout is that of Maven 2 and later. */
export function urlOf(jar: Jar): string {
  const { mavenMirror = MAVEN_CENTRAL } = readDownloadSettings();
  const { groupId, artifactId, version } = jar;
  const path = [
    groupId.replaceAll(".", "/"),
    artifactId,
    version,
    jarFile(jar),
  ];
  return [mavenMirror.replace(/\/*$/, ""), ...path].join("/");
}

/**
 * Compares a folder of jars with the list.
 *
 * @throws {StartError} naming the first that is another
 */
export async function verifyJars(
  jars: readonly Jar[],
  folder: string,
  { what, place } = {
    what: "Apache Kafka",
    place: "infra/local/kafka/jars",
  },
): Promise<void> {
  const expected = new Map(jars.map((jar) => [jarFile(jar), jar.sha256]));
  const names = new Set([...expected.keys(), ...await readdir(folder)]);
  for (const name of [...names].sort()) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    const digest = bytes && sha256Of(bytes);
    if (digest === expected.get(name)) continue;
    const state = digest === undefined ? "is missing" : `has SHA-256 ${digest}`;
    throw new StartError(
      `Maven brought other jars of ${what} than ${place} has: ${name} ${state} and must have ${
        expected.get(name) ?? "no place in it"
      }. Find out why; after a change of pom.xml, "deno task jars" writes the list anew.`,
    );
  }
}
