/**
 * Prints, as one bash script, what runbooks have an operator do who runs the containers: of each page, or of those that
 * are named, the first cause. For a machine that has an engine, once the fault is there:
 *
 *     deno run -A infra/checks/runbooks/containers.ts observer_gone | bash
 *
 * A look and a healthy block is repeated until it shows what the page says, for two minutes at most.
 *
 * @module
 */
import process from "node:process";
import { type Block, blocksFor } from "./page.ts";
import { readPages } from "./pages.ts";

const REPEATED = `set -u
failed=0
# Runs $3 until what it prints has each line of $2, as a pattern, in this order.
comes_true() {
  for _ in $(seq 60); do
    output=$(bash -e -o pipefail -c "$3" 2>&1 </dev/null) || [ "$1" = look ] || { sleep 2; continue; }
    if perl -e 'exit 1 unless $ARGV[0] =~ /$ARGV[1]/ms' "$output" "$2"; then return; fi
    sleep 2
  done
  failed=1
  printf 'NOT TRUE: %s\\n%s\\n' "$3" "$output"
}
`;

const pages = await readPages();
const names = process.argv.slice(2);
const out = [REPEATED];
for (const page of pages.values()) {
  if (names.length > 0 && !names.includes(page.name.replace(/\.md$/, ""))) {
    continue;
  }
  const blocks = page.causes[0]?.blocks ?? [];
  out.push(`echo '== ${page.name}'`);
  for (
    const block of blocksFor([...page.symptom, ...blocks], "containers", "look")
  ) out.push(repeated(block));
  for (const { script } of blocksFor(blocks, "containers", "repair")) {
    out.push(`bash -e -o pipefail -c ${quoted(script)} || failed=1`);
  }
  for (const block of blocksFor(page.healthy, "containers", "healthy")) {
    out.push(repeated(block));
  }
}
console.log([...out, "exit $failed"].join("\n"));

function repeated({ role, shows, script }: Block): string {
  const pattern = shows.map((line) =>
    line.trim().split(/\s+/).map((word) =>
      word.split("…").map((part) =>
        part.replace(/[.*+?^${}()|[\]\\/@]/g, "\\$&")
      ).join(".*")
    ).join("\\s+")
  ).join(".*");
  return `comes_true ${role} ${quoted(pattern)} ${quoted(script)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
