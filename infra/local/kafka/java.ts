import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { stackHome } from "../home.ts";
import { installJre, jreProgram } from "./jre.ts";

/** A Java that runs Kafka, or in a clause why there is none. */
export type Found = { readonly program: string } | { readonly why: string };

const OLDEST = 17;

let found: Promise<Found> | undefined;

/** `java` of `JAVA_HOME`, else of the path, else the one that was fetched if neither runs Kafka. */
export async function javaProgram(): Promise<string> {
  const own = await (found ??= findJava(process.env));
  return "program" in own ? own.program : jreProgram(stackHome().root);
}

/**
 * Makes sure a Java that runs Kafka is there: if the machine has none, one is fetched into the home.
 *
 * @param say is told what is under way, a line at a time
 * @throws {StartError} saying why none could be had and what to install
 */
export async function requireJava(
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<void> {
  const own = await (found ??= findJava(process.env));
  if ("program" in own) return;
  const { root } = stackHome();
  if (existsSync(jreProgram(root))) return;
  await installJre(root, { why: own.why, say, stopping });
}

/** Looks for one in `JAVA_HOME` and on the path, which may each have one that is too old. */
export async function findJava(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  const home = env.JAVA_HOME;
  const candidates = [
    ...home ? [{ program: join(home, "bin", "java"), of: "JAVA_HOME" }] : [],
    { program: "java", of: "the path" },
  ];
  const refused: string[] = [];
  for (const { program, of } of candidates) {
    const version = await majorVersion(program, env);
    if (version !== undefined && version >= OLDEST) return { program };
    if (version !== undefined) refused.push(`Java ${version} of ${of}`);
  }
  return {
    why: refused.length === 0
      ? "this machine has no Java"
      : `${refused.join(" and ")} is older than ${OLDEST}, which Kafka needs`,
  };
}

/** Undefined if it is no Java, such as the one of macOS that only says where to get one. */
export async function majorVersion(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
  const text = await new Promise<string>((resolve) =>
    execFile(
      program,
      ["-version"],
      { env: { ...env } },
      (_, stdout, stderr) => resolve(stderr + stdout),
    )
  );
  // "17.0.15", or "1.8.0_402" before Java 9.
  const major = /version "(?:1\.)?(\d+)/.exec(text)?.[1];
  return major === undefined ? undefined : Number(major);
}
