/**
 * Prints, as one bash script, what runbooks have an operator do who runs the containers: of each page, or of those that
 * are named, the first cause, or the one after `#`. For a machine that has an engine, once the fault is there:
 *
 *     deno run -A infra/checks/runbooks/containers.ts observer_gone partition_stopped#2 | bash
 *
 * A look and a healthy block is repeated until it shows what the page says, for two minutes at most.
 *
 * @module
 */
import process from "node:process";
import { type Block, blocksFor } from "./page.ts";
import { readPages } from "./pages.ts";
import { patternOf } from "./shows.ts";

const REPEATED = `set -u
failed=0
# Runs $3 until what it prints is matched by $2, a pattern of lines.
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
const named = process.argv.slice(2);
const out = [REPEATED];
for (const place of named.length > 0 ? named : pages.keys()) {
  const [name = "", cause = "1"] = place.split("#");
  const page = pages.get(name);
  const blocks = page?.causes[Number(cause) - 1]?.blocks;
  if (page === undefined || blocks === undefined) {
    throw new Error(`No runbook has a cause ${place}`);
  }
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
  const pattern = shows.map((line) => patternOf(line).source).join(".*");
  return `comes_true ${role} ${quoted(pattern)} ${quoted(script)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
