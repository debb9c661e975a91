import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers as headerNames } from "#contracts/headers.ts";
import { untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { type OddRecord, oddRecords } from "#kit/odd_records.ts";
import { deadLetters } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { send, signed } from "#kit/provider.ts";

test("odd records, written by hand, end as the rows and dead letters they should", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    await pipeline.start("validator", "analytics", "persistence");
    const odd = oddRecords("by-hand");
    // Each with a good one behind it, which must come through.
    const good = odd.map((_, n) => eventRecord(`good-${n}`, `pay-${n}`));
    const sender = cluster.kafka.sender();
    for (const [n, record] of odd.entries()) {
      await sender.send([{ topic: topics.raw, ...record }]);
      await cluster.write(topics.raw, good.slice(n, n + 1));
    }
    await sender.close();
    await untilFinished(pipeline);

    await assertEnds(pipeline, odd, good.map(({ eventId }) => eventId));
    const letters = await deadLetters(pipeline);
    for (const { what, key, value, headers, end } of odd) {
      if (end === "row") continue;
      const letter = letters.find(({ original }) =>
        original.value_base64 === base64(value)
      );
      assert.equal(letter?.original.key_base64, base64(key), what);
      assert.deepEqual(
        letter?.original.headers?.filter(({ name }) =>
          name !== headerNames.source
        ),
        headers.map((one) => ({
          name: one.name,
          value_base64: base64(one.value),
        })),
        what,
      );
    }
    await untilReady(pipeline, [...pipeline.workers]);
    await assertBalanced(
      pipeline,
      [...good, ...odd.filter(({ end }) => end === "row")]
        .map(({ eventId }) => eventId),
    );
  }));

test("odd bodies, posted to the intake, are refused or end as the rows and dead letters they should", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: patientIntake,
    });
    await pipeline.start("intake", "validator", "persistence");
    const odd = oddRecords("posted").filter(({ value }) => value !== null);
    const good = odd.map((_, n) => eventRecord(`good-${n}`, `pay-${n}`));
    const statuses: [string, number][] = [];
    const intake = pipeline.url("intake");
    for (const [n, { what, value }] of odd.entries()) {
      if (value === null) continue;
      statuses.push([what, await send(intake, signed(value))]);
      assert.equal(await send(intake, signed(good[n]?.value ?? "")), 202);
    }
    assert.deepEqual(
      statuses,
      odd.map(({ what, status }) => [what, status]),
    );
    await untilFinished(pipeline);

    const accepted = odd.filter(({ status }) => status === 202);
    await assertEnds(pipeline, accepted, good.map(({ eventId }) => eventId));
    await assertBalanced(
      pipeline,
      [...good, ...accepted.filter(({ end }) => end === "row")]
        .map(({ eventId }) => eventId),
    );
  }));

/** Asserts that each record is its row or its dead letter, to the byte, and that there are no others. */
async function assertEnds(
  pipeline: Pipeline,
  odd: readonly OddRecord[],
  good: readonly string[],
): Promise<void> {
  const letters = await deadLetters(pipeline);
  assert.deepEqual(
    letters.map(({ failed_service, error_code, original }) => [
      odd.find(({ value }) => base64(value) === original.value_base64)?.what,
      failed_service,
      error_code,
    ]).sort(),
    odd.flatMap(({ what, end }) =>
      end === "row" ? [] : [[what, end.service, end.code]]
    ).sort(),
  );
  const stored = await pipeline.sql<{ event_id: string; payload: string }[]>`
    select event_id, payload::text as payload from events`;
  const payloads = new Map(
    stored.map(({ event_id, payload }) => [event_id, payload]),
  );
  const rows = odd.filter(({ end }) => end === "row");
  assert.deepEqual(
    [...payloads.keys()].sort(),
    [...good, ...rows.map(({ eventId }) => eventId)].sort(),
  );
  for (const { what, eventId, value } of rows) {
    assert.deepEqual(
      JSON.parse(payloads.get(eventId) ?? ""),
      JSON.parse(String(value)).payload,
      what,
    );
  }
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString("base64");
}
