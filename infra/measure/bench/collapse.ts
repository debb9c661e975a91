/**
 * Makes of a CPU profile, as `deno run --cpu-prof` and `bun --cpu-prof` write it, lines that a person can
 * search and a flame graph can be drawn of: `frame;frame;frame milliseconds`, the form of Brendan Gregg's
 * stackcollapse. Stacks that took less than a thousandth of the time are left out.
 *
 *     deno run --allow-read infra/measure/bench/collapse.ts <file.cpuprofile>
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { z } from "zod";

const Profile = z.object({
  nodes: z.array(z.object({
    id: z.number(),
    callFrame: z.object({
      functionName: z.string(),
      url: z.string(),
      lineNumber: z.number(),
    }),
    children: z.array(z.number()).optional(),
  })),
  samples: z.array(z.number()),
  /** Microseconds. */
  timeDeltas: z.array(z.number()),
});

const LEAST_SHARE = 0.001;
const IDLE = "(idle)";

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("Name a file: collapse.ts <file.cpuprofile>");
  process.exit(2);
}
const text = await readFile(file, "utf8");
for (const line of collapse(Profile.parse(JSON.parse(text)))) console.log(line);

function collapse(
  { nodes, samples, timeDeltas }: z.infer<typeof Profile>,
): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) =>
      children.map((child) => [child, id] as const)
    ),
  );
  const stackOf = (id: number | undefined): string[] => {
    const node = id === undefined ? undefined : byId.get(id);
    if (id === undefined || node === undefined) return [];
    return [...stackOf(parents.get(id)), frameName(node.callFrame)];
  };
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const stack = stackOf(id).slice(1).join(";");
    const microseconds = timeDeltas[index] ?? 0;
    times.set(stack, (times.get(stack) ?? 0) + microseconds);
  });
  times.delete(IDLE);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .filter(([, time]) => time >= total * LEAST_SHARE)
    .toSorted(([, a], [, b]) => b - a)
    .map(([stack, time]) => `${stack} ${(time / 1_000).toFixed(1)}`);
}

function frameName(
  { functionName, url, lineNumber }: {
    functionName: string;
    url: string;
    lineNumber: number;
  },
): string {
  const name = functionName || "(anonymous)";
  if (url === "") return name;
  const place = url.replace(/^.*\/node_modules\//, "")
    .replace(/^.*\/((?:contracts|infra|ingest|workers)\/)/, "$1");
  return `${name} ${place}:${lineNumber + 1}`;
}
