import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { linkOf, readChained } from "#runtime/action_chain.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { runAudit } from "#kit/audit.ts";
import { Desk, mendAmount } from "#kit/desk.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const LETTERS = 5;

/** What the audit says of another log of actions, in place of the desk's own. */
async function auditedWith(
  pipeline: Pipeline,
  values: readonly (Buffer | null)[],
) {
  const { cluster } = pipeline;
  const topic = await cluster.freshTopic(1, {
    "message.timestamp.type": "LogAppendTime",
  });
  const sender = cluster.kafka.sender();
  await sender.send(
    values.map((value) => ({ topic, key: null, value, headers: [] })),
  );
  await sender.close();
  const environment = {
    ...pipeline.environment,
    EVENTFLOW_DESK_TOPIC: topic,
  };
  const { code, output } = await runAudit({ ...pipeline, environment }, []);
  return { code, output: output.replaceAll(topic, "desk") };
}

const kindOf = ({ value }: ReceivedRecord) =>
  readChained(value)?.action.what.kind;

test("an action that was forged, altered or removed is named by the audit", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    const desk = new Desk(pipeline);
    await pipeline.start("validator", "persistence", "dead_letter_desk");
    await cluster.write(
      topics.raw,
      Array.from(
        { length: LETTERS },
        (_, n) => eventRecord(`e-${n}`, `p-${n}`, { amount: "-1" }),
      ),
    );
    await desk.untilLetters(LETTERS);
    const job = await desk.plan({ edit: mendAmount });
    await desk.run(job);
    await desk.untilDone(job);
    await untilFinished(pipeline);
    const log = await cluster.readAll(topics.desk);
    const values = log.map(({ value }) => value);
    const sends = log.flatMap((record, n) =>
      kindOf(record) === "send" ? [n] : []
    );
    const [first = -1] = sends;
    assert.deepEqual([(await auditedWith(pipeline, values)).code, first > 0], [
      0,
      true,
    ]);

    const altered = await auditedWith(
      pipeline,
      values.map((value, n) =>
        n === first ? Buffer.from(`${value}`.replace(job, randomUUID())) : value
      ),
    );
    assert.equal(altered.code, 1);
    const number = first + 1;
    assert.match(
      altered.output,
      new RegExp(
        `^conflicting: desk/0/${first}, is not the action ${number} that action ${
          number + 1
        } was written after\\.$`,
        "m",
      ),
    );
    assert.match(
      altered.output,
      /^missing: .* and no record there says so\.$/m,
    );

    const removed = await auditedWith(
      pipeline,
      values.filter((_, n) => n !== first),
    );
    assert.equal(removed.code, 1);
    assert.match(
      removed.output,
      new RegExp(`^missing: desk/0/${first}, action ${number} is gone `, "m"),
    );
    assert.match(
      removed.output,
      new RegExp(
        `^unexplained: ${topics.raw}/\\d/\\d+, says that job ${job} has sent `,
        "m",
      ),
    );

    // One that fits, by whoever may write: it says that something was sent again, and nothing was.
    const last = values.at(-1) ?? Buffer.of();
    const end = readChained(last);
    const send = readChained(values[first] ?? null);
    assert.ok(end && send);
    const forged = Buffer.from(JSON.stringify({
      chain: { number: end.chain.number + 1, previous: linkOf(last) },
      action: {
        ...send.action,
        what: { ...send.action.what, job: randomUUID() },
      },
    }));
    const added = await auditedWith(pipeline, [...values, forged]);
    assert.equal(added.code, 1);
    assert.match(
      added.output,
      new RegExp(
        `^missing: .*, action ${
          end.chain.number + 1
        } of job .* and no record there says so\\.$`,
        "m",
      ),
    );

    // The desk itself does nothing more by a log that is not as it was written.
    const sender = cluster.kafka.sender();
    await sender.send([{
      topic: topics.desk,
      key: null,
      value: Buffer.from("no action"),
      headers: [],
    }]);
    await sender.close();
    const { status, json } = await desk.ask("POST", "/jobs", { filter: {} });
    assert.equal(status, 500);
    assert.match(JSON.stringify(json), /is no action\. Run deno task audit\./);
    const { code, output } = await runAudit(pipeline, []);
    assert.equal(code, 1, output);
    assert.match(
      output,
      new RegExp(`^unexplained: ${topics.desk}/0/\\d+, is no action\\.$`, "m"),
    );
  }));
