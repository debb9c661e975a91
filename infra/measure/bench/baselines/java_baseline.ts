import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describeError } from "#runtime/errors.ts";
import { requireJava } from "#local/kafka/java.ts";
import { runMaven } from "#local/kafka/maven.ts";
import { buildFolder } from "./built_folder.ts";

/** A class of ours with what it needs, as Maven makes it; its pom writes into the property `folder`. */
export type JavaBaseline = {
  readonly pom: string;
  /** Path of the class. */
  readonly source: string;
  /** As "the JDBC sink". */
  readonly name: string;
  /** About how much Maven fetches for it. */
  readonly megabytes: number;
};

/**
 * Compiles a baseline into `folder` through Maven, with the jars it needs, unless it is there and its
 * sources are still the same.
 *
 * @param say is told what is under way, a line at a time
 * @param stopping ends Maven when it is aborted
 * @returns undefined, or in a sentence why there can be none
 */
export async function installJavaBaseline(
  { pom, source, name, megabytes }: JavaBaseline,
  folder: string,
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<string | undefined> {
  try {
    await requireJava(say, stopping);
    await buildFolder({
      folder,
      sources: [pom, source],
      what: `${name} through Maven (about ${megabytes} MB)`,
      say,
      async build(unfinished) {
        await runMaven([
          `--file=${pom}`,
          "compiler:compile",
          "dependency:copy-dependencies",
          "-DincludeScope=runtime",
          `-Dfolder=${unfinished}`,
          `-DoutputDirectory=${unfinished}`,
        ], { task: `build ${name}`, stopping });
        await rm(join(unfinished, "target"), { recursive: true, force: true });
      },
    });
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

/** Java's class path of a folder that `installJavaYardstick` has filled. */
export function classPath(folder: string): string {
  return [join(folder, "classes"), join(folder, "*")].join(delimiter);
}
