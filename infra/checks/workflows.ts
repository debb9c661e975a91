/**
 * `deno task workflows`: whether GitHub would take the workflows as they are written, by actionlint, which Go builds once. If it cannot
 * be had, that is said; only in CI it is a failure.
 *
 * @module
 */
import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { exitCodes } from "#runtime/errors.ts";
import { type GoModule, goProgram } from "./programs/go.ts";
import { had, lack } from "./programs/not_checked.ts";
import { run } from "./programs/tool.ts";

const ACTIONLINT = {
  path: "github.com/rhysd/actionlint/cmd/actionlint",
  version: "v1.7.12",
} as const satisfies GoModule;

const FAILED = 1;

await runCommand(async () => {
  const home = join(stackHome().root, "workflows");
  const program = await had(() =>
    goProgram("actionlint", ACTIONLINT, home, say)
  );
  if (program === undefined) return lack();
  // What a machine has of shellcheck and pyflakes is left out: it would judge otherwise than another.
  const args = ["-no-color", "-shellcheck=", "-pyflakes="];
  const { ok, output } = await run({ program, args: [] }, args);
  say(ok ? "The workflows are as GitHub takes them." : output.trimEnd());
  return ok ? exitCodes.ok : FAILED;
});
