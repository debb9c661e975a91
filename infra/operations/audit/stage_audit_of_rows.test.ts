import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digestOf } from "./digest.ts";
import type { Output } from "./output.ts";
import type { StoredRow } from "./rows.ts";
import {
  anyOrder,
  bodyOf,
  brief,
  eventsWith,
  inputOf,
  shuffled,
  stageOf,
  sumUp,
} from "#kit/audit/stage_audits.ts";

test("of rows exactly what was deleted, changed or made up is found, and duplicates are none of it", async () => {
  const stage = stageOf("row");
  const fate = fc.constantFrom(
    "row",
    "row",
    "row",
    "duplicate",
    "dead letter",
    "gone",
    "changed",
    "other duplicate",
    "row and letter",
    "renamed",
  );
  await fc.assert(
    fc.asyncProperty(eventsWith(fate), anyOrder, async (events, order) => {
      const expected: string[] = [];
      const rows = new Map<string, StoredRow>();
      let duplicates = 0;
      const outputs = events.flatMap((event): Output[] => {
        const { partition, offset, id } = event;
        const source = { topic: "validated", partition, offset };
        const elsewhere = { ...source, partition: 9 };
        const coordinates = `validated/${partition}/${offset}`;
        const base = { source, partition: 0, offset: 0, replay: undefined };
        const row = (of = id): Output => ({
          ...base,
          kind: "row",
          digest: digestOf(of),
        });
        const letter: Output = {
          ...base,
          kind: "dead letter",
          digest: digestOf(bodyOf(event)),
        };
        const store = (from: StoredRow["source"], differsIn: string[] = []) =>
          rows.set(bodyOf(event), { source: from, differsIn });
        switch (event.fate) {
          case "duplicate":
            duplicates++;
            store(elsewhere);
            return [];
          case "dead letter":
            return [letter];
          case "gone":
            expected.push(`missing ${id} ${coordinates} 0`);
            return [];
          case "changed":
            expected.push(`conflicting ${id} ${coordinates} 1`);
            store(source, ["amount"]);
            return [row()];
          case "other duplicate":
            expected.push(`conflicting ${id} ${coordinates} 1`);
            store(elsewhere, ["payload"]);
            return [];
          case "row and letter":
            expected.push(`doubled ${id} ${coordinates} 2`);
            store(source);
            return [row(), letter];
          case "renamed":
            expected.push(
              `conflicting ${id} ${coordinates} 1`,
              `missing ${id} ${coordinates} 0`,
            );
            return [row("another")];
          default:
            store(source);
            return [row()];
        }
      });
      const { stageAudit, findings } = await sumUp({
        stage,
        inputs: events.map((event) => inputOf(event, "validated")),
        outputs: shuffled(outputs, order),
        stored: (body) => rows.get(body),
      });
      assert.deepEqual(brief(findings), expected.sort());
      assert.equal(
        stageAudit.right.find(({ name }) => name === "duplicates")?.count,
        duplicates,
      );
    }),
  );
});
