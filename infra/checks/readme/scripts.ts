import { fencesOf } from "../scripts/fences.ts";

/** A piece of the README that a shell runs. */
export type Script = {
  /** Line of the README it begins in, from 1. */
  readonly line: number;
  readonly text: string;
  /** `up` starts the stack and goes on; `elsewhere` is run by `deno task ok` itself. */
  readonly kind: "run" | "up" | "elsewhere";
};

/**
 * The scripts of a README, in order: the blocks fenced as ```sh, and no others. A line that is
 * `… task up`, `… task test` or `… task ok` is a script of its own; the lines between such lines are one
 * script.
 */
export function scriptsOf(markdown: string): Script[] {
  return fencesOf(markdown).filter(({ info }) => info === "sh")
    .flatMap(({ text, line }) => scriptsOfBlock(text, line));
}

function scriptsOfBlock(block: string, firstLine: number): Script[] {
  const scripts: Script[] = [];
  let open: { line: number; lines: string[] } | undefined;
  const close = () => {
    const text = open?.lines.join("\n") ?? "";
    if (open && text.trim() !== "") {
      scripts.push({ line: open.line, text, kind: "run" });
    }
    open = undefined;
  };
  block.split("\n").forEach((text, index) => {
    const line = firstLine + index;
    const kind = kindOf(text);
    if (kind === "run") {
      open ??= { line, lines: [] };
      open.lines.push(text);
    } else {
      close();
      scripts.push({ line, text: text.trim(), kind });
    }
  });
  close();
  return scripts;
}

function kindOf(line: string): Script["kind"] {
  const task = /^\s*(?:npx (?:--yes |-y )?)?deno(?:@\S+)? task (\S+)/
    .exec(line)?.[1];
  if (task === "up") return "up";
  return task === "test" || task === "ok" || task === "readme"
    ? "elsewhere"
    : "run";
}
