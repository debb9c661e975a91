import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { repositoryRoot } from "#local/home.ts";

/** As `deno fmt` would leave it, so that checking the format and what is generated cannot disagree. */
export async function format(name: string, page: string): Promise<string> {
  const extension = name.slice(name.lastIndexOf(".") + 1);
  const child = spawn(process.execPath, ["fmt", "--ext", extension, "-"], {
    cwd: repositoryRoot,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exitCode = once(child, "exit");
  child.stdin.end(page);
  const formatted = await text(child.stdout);
  if ((await exitCode)[0] !== 0) {
    throw new Error(`deno fmt could not format ${name}.`);
  }
  return formatted;
}
