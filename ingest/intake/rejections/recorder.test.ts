import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import { readConfig } from "#runtime/config.ts";
import { keepingLog } from "#kit/keeping_log.ts";
import { Metrics } from "#runtime/metrics.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { faults, faultyEnv } from "#kit/intake/faults.ts";
import { intake, NOW_S, PATH, SECRET, webhook } from "#kit/intake/testing.ts";
import { intakeSettings } from "../settings.ts";
import { RejectionRecorder } from "./recorder.ts";
import { createRejectionEvents } from "./rejection_events.ts";

/** The intake's app with a recorder that writes to where it is told. */
function recording(
  { env = {}, publish = () => Promise.resolve() }: {
    env?: Record<string, string>;
    publish?: (record: OutgoingRecord) => Promise<void>;
  } = {},
) {
  const metrics = new Metrics("intake");
  const records: OutgoingRecord[] = [];
  const { log, lines } = keepingLog();
  const all = { ...faultyEnv, ...env };
  const recorder = new RejectionRecorder({
    config: readConfig("intake", intakeSettings, all),
    publish: async (record) => {
      await publish(record);
      records.push(record);
    },
    events: createRejectionEvents(metrics),
    log,
    clock: () => NOW_S * 1000,
  });
  const { app, published } = intake({ env: all, recorder });
  return {
    recorder,
    published,
    lines,
    send: (request: RequestInit) => app.request(PATH, request),
    text: () => records.map(({ value }) => String(value)).join("\n"),
    rejected: () =>
      records.map(({ value }) =>
        RejectedWebhook.parse(JSON.parse(String(value)))
      ),
    async count(series: string) {
      const line = (await metrics.render()).split("\n")
        .find((one) => one.startsWith(`eventflow_intake_${series} `));
      return Number(line?.split(" ").at(-1));
    },
  };
}

test("a refused webhook is recorded with its cause, and an accepted one is not", async () => {
  const { recorder, send, rejected, published } = recording();
  await send(webhook());
  await send(webhook({
    secret: "eventflow-local-secret",
    headers: {
      "User-Agent": "Provider/1.0 (é)",
      "Content-Type": "Application/JSON; charset=utf-8",
    },
  }));
  await recorder.close();
  assert.equal(published.length, 1);
  const [{ signature_id, ...one } = assert.fail("Nothing is recorded")] =
    rejected();
  assert.match(signature_id ?? "", /^[0-9a-f]{16}$/);
  assert.deepEqual(one, {
    at: new Date(NOW_S * 1000).toISOString(),
    provider: "payment-provider",
    status: 401,
    result: "bad_signature",
    why: {
      cause: "documentation_secret",
      signed_with: { provider: "internal", which: "documentation" },
    },
    refusals: 1,
    sender: "unknown",
    user_agent: "Provider/1.0 (?)",
    body: {
      bytes: 73,
      content_type: "application/json",
      is_examined: true,
    },
  });
});

test("of a flood a few are looked into, and the records stand for all of it", async () => {
  const { recorder, send, rejected, count } = recording();
  for (let n = 0; n < 500; n++) await send(webhook({ secret: "another" }));
  await send(webhook({ timestamp: "now" }));
  await recorder.examine();
  await recorder.close();
  const all = rejected();
  assert.ok(all.length <= 4, String(all.length));
  const sum = (cause: string) =>
    all.filter(({ why }) => why.cause === cause)
      .reduce((sum, { refusals }) => sum + refusals, 0);
  assert.equal(sum("unknown_secret"), 500);
  assert.equal(sum("timestamp_malformed"), 1);
  assert.equal(await count('rejected_total{cause="unknown_secret"}'), 500);
  assert.equal(
    await count('rejections_recorded_total{result="recorded"}'),
    501,
  );
});

test("while Kafka takes nothing, records are dropped and counted, and it is said once", async () => {
  const publish = () => Promise.reject(new Error("Kafka is away"));
  const { recorder, send, lines, count } = recording({ publish });
  for (let n = 0; n < 3; n++) {
    assert.equal((await send(webhook({ secret: "another" }))).status, 401);
    await recorder.examine();
  }
  await recorder.close();
  assert.equal(await count('rejections_recorded_total{result="dropped"}'), 3);
  assert.equal(lines.length, 1);
  assert.match(JSON.stringify(lines), /events\.rejected\.v1.*Kafka is away/);
});

test("what Kafka or the intake is to blame for is no refused webhook", async () => {
  const { recorder, rejected } = recording();
  const { app } = intake({
    recorder,
    publish: () => Promise.reject(new Error("away")),
  });
  assert.equal((await app.request(PATH, webhook())).status, 503);
  await recorder.close();
  assert.deepEqual(rejected(), []);
});

test("the answer to each fault is the same byte for byte, whether it is recorded or not", async () => {
  const told = async (response: Response) => [
    response.status,
    [...response.headers],
    await response.text(),
  ];
  const withoutRecorder = (env: Record<string, string>) => intake({ env }).app;
  const byResult = new Map<string, unknown>();
  for (const { name, headers, body, env } of faults) {
    const request = { method: "POST", headers, body };
    const all = { ...faultyEnv, ...env };
    const { recorder, send, rejected } = recording({ env });
    const answer = await told(await send(request));
    await recorder.close();
    const plain = await withoutRecorder(all).request(PATH, request);
    assert.deepEqual(answer, await told(plain), name);
    const [{ result } = assert.fail(name)] = rejected();
    assert.deepEqual(answer, byResult.get(result) ?? answer, name);
    byResult.set(result, answer);
  }
});

test("no secret, signature or part of the body is in a record", async () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{24,40}$/);
  const header = fc.string({
    unit: fc.integer({ min: 32, max: 255 })
      .map((code) => String.fromCharCode(code)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(word, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(...faults),
      fc.record({ type: header, agent: header }),
      async (
        [a = "", b = "", c = "", d = "", e = "", f = ""],
        fault,
        noise,
      ) => {
        const env = {
          PAYMENT_PROVIDER_WEBHOOK_SECRET: a,
          PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: b,
          PAYMENT_PROVIDER_WEBHOOK_SECRET_RETIRED: c,
          EVENTFLOW_INGEST_TOKENS: d,
        };
        const { recorder, send, text } = recording({ env });
        const body = { card: e, nested: [f] };
        const described = {
          "Content-Type": noise.type,
          "User-Agent": noise.agent,
        };
        const requests = [
          ...[c, d, e, `${a}\n`].map((secret) =>
            webhook({ secret, body, headers: described })
          ),
          webhook({ body: [body], secret: a }),
          webhook({ headers: { "X-Provider-Signature": a } }),
          {
            method: "POST",
            headers: { ...fault.headers, ...described },
            body: JSON.stringify(body),
          },
        ];
        for (const request of requests) {
          await send(request);
          // Each, and not a sample of them.
          await recorder.examine();
        }
        await recorder.close();
        const written = text();
        assert.match(written, /"cause"/);
        const signature = fault.headers["X-Provider-Signature"] ?? "";
        const kept = [a, b, c, d, e, f, SECRET];
        if (signature.length > 20) kept.push(signature.slice(0, 20));
        for (const one of kept) assert.ok(!written.includes(one), one);
      },
    ),
    { numRuns: 50 },
  );
});

test("the beginning of a body is recorded if that is set, and no more of it", async () => {
  const env = { EVENTFLOW_INTAKE_REJECTED_BODY_BYTES: "5" };
  const { recorder, send, rejected } = recording({ env });
  await send(webhook({ secret: "another", body: { a: 1 } }));
  await recorder.close();
  const [{ body } = assert.fail("Nothing is recorded")] = rejected();
  const beginning = Buffer.from(body.beginning_base64 ?? "", "base64");
  assert.equal(beginning.toString(), '{"a":');
});
