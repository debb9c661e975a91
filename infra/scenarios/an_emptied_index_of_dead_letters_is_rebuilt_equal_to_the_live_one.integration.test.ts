import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk, mendAmount } from "#kit/desk.ts";
import { contentsOf } from "#kit/desk_index.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const LETTERS = 400;

test("an emptied index of dead letters is rebuilt equal to the live one", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    const desk = new Desk(pipeline);
    const done = async (path: string, body: unknown) => {
      const { status, json } = await desk.ask("POST", path, body);
      assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(json)}`);
    };
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    await cluster.write(
      topics.raw,
      Array.from(
        { length: LETTERS },
        (_, n) =>
          eventRecord(`e-${n}`, `p-${n}`, {
            amount: n % 4 === 0 ? `-${n}` : "0.10",
            currency: n % 2 === 0 ? "EUR" : "usd",
            orderId: n % 4 === 2 ? " " : "order",
          }),
      ),
    );
    await desk.untilLetters(LETTERS);
    const [one = "", two = ""] = (await sql<{ id: string }[]>`
      select id from desk.causes order by id`).map(({ id }) => id);
    await done(`/causes/${one}/acknowledge`, { reason: "seen" });
    await done(`/causes/${two}/note`, { text: "the partner knows" });
    await done("/discard", { filter: { cause: one }, reason: "of no use" });
    await done("/restore", {
      filter: { id: "p-1" },
      reason: "of use after all",
    })
      .catch(() => {});
    const job = await desk.plan({
      edit: mendAmount,
      options: { stop_above: 1 },
    });
    await desk.dryRun(job);
    await desk.run(job);
    await desk.untilDone(job);
    await untilFinished(pipeline);
    await desk.plan({ filter: { state: "open" } });

    const live = await contentsOf(sql);
    assert.ok((live.letters?.length ?? 0) > LETTERS, "some failed again");
    assert.ok((live.actions?.length ?? 0) > 8);
    await processes.kill("dead_letter_desk");
    await sql`drop schema desk cascade`;
    await sql`create schema desk authorization eventflow_desk`;
    await processes.restart("dead_letter_desk");
    const rebuilt = await contentsOf(sql);
    for (const [table, rows] of Object.entries(live)) {
      assert.deepEqual(rebuilt[table], rows, table);
    }
  }));
