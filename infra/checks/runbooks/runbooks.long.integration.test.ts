/**
 * Follows the runbooks to the letter: each fault is caused on a stack that runs as processes, what the page has a person
 * look at shows it, the page's commands mend it, and what it calls healthy comes true.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { until } from "#kit/until.ts";
import { type Fault, faults } from "./faults.ts";
import { blocksFor } from "./page.ts";
import { readPages } from "./pages.ts";
import { Rehearsal, whyNoStack } from "./rehearsal.ts";

const why = whyNoStack();
const pages = await readPages();

/** What a page has done about one cause. */
function stepsOf(reference: string) {
  const [name = "", cause = "1"] = reference.split("#");
  const page = pages.get(name);
  const its = page?.causes[Number(cause) - 1];
  assert.ok(page && its, `${reference} is a cause of a runbook`);
  return {
    name,
    looks: blocksFor([...page.symptom, ...its.blocks], "processes", "look"),
    repairs: blocksFor(its.blocks, "processes", "repair"),
    healthy: blocksFor(page.healthy, "processes", "healthy"),
  };
}

type Steps = ReturnType<typeof stepsOf>;

async function follow(
  rehearsal: Rehearsal,
  { pages, happens }: Fault,
): Promise<void> {
  const steps = pages.map(stepsOf);
  const goesOn = await happens(rehearsal);
  try {
    await showAll(rehearsal, steps, ({ looks }) => looks);
    // Pages that do the same do it once.
    const scripts = steps.flatMap(({ repairs }) =>
      repairs.map(({ script }) => script)
    );
    for (const script of new Set(scripts)) await rehearsal.run(script);
  } finally {
    goesOn?.();
  }
  await showAll(rehearsal, steps, ({ healthy }) => healthy);
}

async function showAll(
  rehearsal: Rehearsal,
  steps: readonly Steps[],
  of: (steps: Steps) => Steps["looks"],
): Promise<void> {
  const seen = new Set<string>();
  for (const step of steps) {
    for (const block of of(step)) {
      const what = JSON.stringify([block.script, block.shows]);
      if (seen.has(what)) continue;
      seen.add(what);
      await rehearsal.untilShown(step.name, block);
    }
  }
}

/** All, or while a page is written those of `EVENTFLOW_REHEARSE`, parts of their names. */
function wanted({ pages }: Fault): boolean {
  const words = process.env.EVENTFLOW_REHEARSE?.split(",") ?? [""];
  return words.some((word) => pages.some((page) => page.includes(word)));
}

test("the commands of every runbook mend its fault", {
  skip: why ?? false,
}, async (t) => {
  const rehearsal = await Rehearsal.open();
  try {
    // What was not mended is met by every page behind it.
    let isWhole = true;
    for (const fault of faults.filter(wanted)) {
      if (!isWhole) break;
      isWhole = false;
      await t.test(`runbooks mend it when ${fault.when}`, async () => {
        await follow(rehearsal, fault);
        isWhole = true;
      });
    }
    // If something was not, its own step has failed already.
    if (isWhole) {
      await until(
        "all was well",
        async () =>
          (await rehearsal.run("deno task health || true"))
            .includes("All parts of the stack are ready."),
      );
    }
  } finally {
    await rehearsal.close();
  }
});

test("every runbook is rehearsed", () => {
  const rehearsed = faults.flatMap(({ pages }) => pages)
    .map((reference) => reference.split("#")[0]);
  assert.deepEqual(rehearsed.sort(), [...pages.keys()].sort());
});
