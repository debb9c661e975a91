/** A fenced block of a Markdown page. */
export type Fence = {
  /** What stands behind the opening fence: a language, and what else there is to say. */
  readonly info: string;
  /** Line of the page its text begins in, from 1. */
  readonly line: number;
  readonly text: string;
  /** Line of its closing fence. */
  readonly end: number;
};

/** The fenced blocks of a page, in order. */
export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  markdown.split("\n").forEach((text, index) => {
    const info = /^\s*```(.*)$/.exec(text)?.[1];
    if (info === undefined) return open?.lines.push(text);
    if (open === undefined) {
      open = { info: info.trim(), line: index + 2, lines: [] };
      return;
    }
    const { lines, ...rest } = open;
    fences.push({ ...rest, text: lines.join("\n"), end: index + 1 });
    open = undefined;
  });
  return fences;
}
