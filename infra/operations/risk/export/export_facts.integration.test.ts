import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { paymentJson } from "#kit/payment.ts";
import { exportFacts } from "./export_facts.ts";

/** The lines of an export of what was written. */
async function exported(
  ...records: readonly Pick<OutgoingRecord, "value" | "headers">[]
): Promise<string[]> {
  await using cluster = await testCluster();
  const { kafka, admin } = cluster;
  const topic = await cluster.freshTopic();
  const sender = kafka.sender();
  await sender.send(records.map((one) => ({ ...one, topic, key: null })));
  await sender.close();
  const folder = await mkdtemp(join(tmpdir(), "export-"));
  try {
    const file = join(folder, "facts.ndjson");
    const count = await exportFacts(file, {
      kafka,
      admin,
      validatedTopic: topic,
      sinceMs: 0,
    });
    const text = await readFile(file, "utf8");
    const lines = text.split("\n");
    assert.equal(lines.pop(), "");
    assert.equal(lines.length, count);
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const written = (json: string) => ({ value: Buffer.from(json), headers: [] });

test("a fact is a line as it was written: its keys in their order, and each digit", async () => {
  const own = paymentJson({ amount: "49.900", eventId: "a", more: '"z":-0.0' });
  const turned = '{"payload":{"currency":"USD","amount":1.0,"order_id":"o",' +
    '"provider_auth_id":"x","payment_id":"p"},"source":"s",' +
    '"timestamp":"2026-01-02T03:04:05.678Z",\r\n\n"event_id":"é",' +
    '"event_type":"payment.authorized.v1"}\n';
  assert.deepEqual(await exported(written(turned), written(own)), [
    own,
    turned.trim().replace("\r\n\n", " "),
  ]);
});

test("facts are in order of their time, each once in its newest version, and no replay for one service", async () => {
  const fact = (offset: number, more: Parameters<typeof factRecord>[1]) => {
    const { value, headers } = factRecord(offset, more);
    return { value, headers };
  };
  const late = fact(0, { factId: "late", timestamp: "2026-02-01T00:00:00Z" });
  const first = fact(1, { factId: "twice", amount: "1.00" });
  const second = fact(2, { factId: "twice", amount: "2.00", version: 2 });
  const stale = fact(3, { factId: "twice", amount: "3.00" });
  const replay = fact(4, { factId: "replayed" });
  const lines = await exported(late, first, second, stale, {
    value: replay.value,
    headers: [...replay.headers, header(headers.replayFor, "persistence")],
  }, written("{}"));
  assert.deepEqual(lines, [String(second.value), String(late.value)]);
});
