/**
 * The shape of a runbook. Its commands are blocks fenced as ```sh WAY ROLE; a block fenced as ```text right behind one
 * is what it prints.
 *
 * @module
 */
import { fencesOf } from "../scripts/fences.ts";

/** How EventFlow is run where a command is good for; `both` is good for either. */
export type Way = "processes" | "containers";

/** It shows whether it is this cause, it mends it, or it shows that all is well again. */
export type Role = "look" | "repair" | "healthy";

export type Block = {
  readonly line: number;
  readonly ways: readonly Way[];
  readonly role: Role;
  readonly script: string;
  /** Lines of which each is in what it prints, in this order. */
  readonly shows: readonly string[];
};

export type Cause = {
  readonly line: number;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** It sends on to another page. */
  readonly leadsOn: boolean;
};

export type Page = {
  readonly name: string;
  /** Of its `##` headings, in order. */
  readonly sections: readonly string[];
  readonly symptom: readonly Block[];
  readonly causes: readonly Cause[];
  readonly healthy: readonly Block[];
};

export const sections = [
  "Symptom",
  "Who is affected",
  "Causes",
  "Healthy afterwards",
  "False alarm",
] as const;

const TAG = /^sh (processes|containers|both) (look|repair|healthy)$/;

/**
 * Reads a runbook.
 *
 * @throws {Error} naming the line if a fence is of none of the kinds there are
 */
export function pageOf(name: string, markdown: string): Page {
  const lines = markdown.split("\n");
  const blocks = blocksOf(name, markdown);
  const headings = lines.flatMap((text, index) => {
    const [, marks, title] = /^(##|###) (.*)$/.exec(text) ?? [];
    return marks === undefined || title === undefined
      ? []
      : [{ line: index + 1, isSection: marks === "##", title }];
  });
  const within = (title: string) => {
    const begin = headings.find((one) => one.isSection && one.title === title);
    const next = headings.find(({ line, isSection }) =>
      isSection && line > (begin?.line ?? Infinity)
    );
    return {
      from: begin?.line ?? Infinity,
      to: next?.line ?? lines.length + 1,
    };
  };
  const blocksIn = ({ from, to }: { from: number; to: number }) =>
    blocks.filter(({ line }) => line > from && line < to);
  const causes = within("Causes");
  const starts = headings.filter(({ line, isSection }) =>
    !isSection && line > causes.from && line < causes.to
  );
  return {
    name,
    sections: headings.filter(({ isSection }) => isSection)
      .map(({ title }) => title),
    symptom: blocksIn(within("Symptom")),
    causes: starts.map(({ line, title }, index) => {
      const span = { from: line, to: starts[index + 1]?.line ?? causes.to };
      const text = lines.slice(span.from, span.to - 1).join("\n");
      return {
        line,
        title,
        blocks: blocksIn(span),
        leadsOn: /\]\(\w+\.md\)/.test(text),
      };
    }),
    healthy: blocksIn(within("Healthy afterwards")),
  };
}

function blocksOf(name: string, markdown: string): Block[] {
  const lines = markdown.split("\n");
  const fences = fencesOf(markdown);
  const blocks: Block[] = [];
  for (const [index, { info, line, text, end }] of fences.entries()) {
    if (info === "text") continue;
    const [, way, role] = TAG.exec(info) ?? [];
    if (way === undefined || role === undefined) {
      throw new Error(
        `${name}:${
          line - 1
        } is fenced as "${info}": say text, or sh with processes, containers or both, and look, repair or healthy`,
      );
    }
    const next = fences[index + 1];
    const isAnswered = next?.info === "text" &&
      lines.slice(end, next.line - 2).every((between) => between.trim() === "");
    blocks.push({
      line,
      ways: way === "both" ? ["processes", "containers"] : [way as Way],
      role: role as Role,
      script: text,
      shows: isAnswered ? next.text.split("\n") : [],
    });
  }
  return blocks;
}

/** The blocks of one way and one role. */
export function blocksFor(
  blocks: readonly Block[],
  way: Way,
  role: Role,
): Block[] {
  return blocks.filter((block) =>
    block.role === role && block.ways.includes(way)
  );
}
