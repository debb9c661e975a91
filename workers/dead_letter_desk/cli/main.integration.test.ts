import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { Desk } from "#kit/desk.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

type Ended = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the command line, as a script would. */
function dlq(url: string, ...args: string[]): Promise<Ended> {
  const env = {
    ...process.env,
    EVENTFLOW_DESK_URL: url,
    EVENTFLOW_DESK_TOKEN: PUBLIC_DESK_TOKEN,
  };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [main, ...args],
      { env },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        resolve({ code, stdout, stderr });
      },
    )
  );
}

test("what scripts rely on is as its page says, from a cause to the life of a payment", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const folder = await mkdtemp(join(tmpdir(), "eventflow-dlq-"));
    await using closing = new AsyncDisposableStack();
    closing.defer(() => rm(folder, { recursive: true }));
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    const events = Array.from({ length: 3 }, (_, n) => ({
      key: `pay-${n}`,
      value: paymentJson({
        eventId: `event-${n}`,
        paymentId: `pay-${n}`,
        amount: "10.50",
        currency: n < 2 ? "eur" : "EUR",
        orderId: n < 2 ? "ord" : " ",
      }),
    }));
    await pipeline.cluster.write(pipeline.topics.raw, events);
    await new Desk(pipeline).untilLetters(3);
    const url = pipeline.url("dead_letter_desk");
    const json = async (code: number, ...args: string[]) => {
      const ended = await dlq(url, ...args, "--json");
      assert.equal(ended.code, code, `${args.join(" ")}: ${ended.stderr}`);
      return JSON.parse(ended.stdout);
    };

    const causes = await json(0, "causes");
    const [{ cause, first_seen, last_seen, ...first }] = causes.filter((
      { message }: { message: string },
    ) => message.includes("currency"));
    assert.ok(Date.parse(first_seen) <= Date.parse(last_seen));
    assert.deepEqual(
      {
        service: first.service,
        code: first.code,
        count: first.count,
        amounts: first.amounts,
      },
      {
        service: "validator-service",
        code: "contract_violation",
        count: 2,
        amounts: [{ currency: "EUR", amount: "21.00" }],
      },
    );

    const explained = await json(0, "explain", cause.slice(0, 12));
    assert.deepEqual(explained.dry_run, { would_pass: 2, would_fail: 0 });
    assert.deepEqual(explained.patch.at(-1), {
      op: "replace",
      path: "/payload/currency",
      value: "EUR",
    });
    assert.equal(
      (await dlq(url, "explain", cause, "--refused", "stale")).code,
      2,
    );

    const forecast = await json(0, "dry-run", "--cause", cause.slice(0, 12));
    assert.deepEqual([
      forecast.selected,
      forecast.would_pass,
      forecast.would_fail,
    ], [2, 0, 2]);
    assert.deepEqual(Object.keys(forecast.reasons[0]).sort(), [
      "code",
      "count",
      "message",
    ]);

    const patch = join(folder, "patch.json");
    await writeFile(
      patch,
      JSON.stringify([{
        op: "replace",
        path: "/payload/currency",
        value: "EUR",
      }]),
    );
    const { job } = await json(0, "edit", "--cause", cause, "--patch", patch);
    assert.equal((await json(0, "dry-run", "--job", job)).would_pass, 2);

    const unasked = await dlq(url, "replay", "--job", job);
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /say --yes\. Nothing was done\./);

    const replayed = await json(0, "replay", "--job", job, "--yes");
    const outcomes = {
      passed: 2,
      dead_again: 0,
      unmapped_again: 0,
      passed_over: 0,
      waiting: 0,
    };
    const told = (
      { job, state, selected, sent, outcomes }: Record<string, unknown>,
    ) => ({ job, state, selected, sent, outcomes });
    const expected = { job, state: "done", selected: 2, sent: 2, outcomes };
    assert.deepEqual(told(replayed), expected);
    assert.deepEqual(told(await json(0, "jobs", job)), expected);

    const again = await json(1, "replay", "--filter", "state=open", "--yes");
    assert.deepEqual(again.outcomes, {
      passed: 0,
      dead_again: 1,
      unmapped_again: 0,
      passed_over: 0,
      waiting: 0,
    });

    const journey = await json(0, "payment", "pay-0");
    assert.deepEqual(
      journey.map(({ kind }: { kind: string }) => kind),
      ["received", "dead_letter", "sent_again", "validated", "row"],
    );

    const nothing = await dlq(
      url,
      "discard",
      "--cause",
      "000000",
      "--reason",
      "none",
      "--yes",
    );
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /Nothing is found by cause=000000/);
    assert.equal((await dlq(url, "causes", "--nonsense")).code, 2);
    assert.equal((await dlq("http://127.0.0.1:1", "causes")).code, 69);
  }));
