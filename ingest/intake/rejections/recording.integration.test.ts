import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import { readConfig } from "#runtime/config.ts";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { faultyEnv } from "#kit/intake/faults.ts";
import { intake, PATH, webhook } from "#kit/intake/testing.ts";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { intakeSettings } from "../settings.ts";
import { recordRejections } from "./recording.ts";

function start({ kafka }: TestCluster, topic: string, timeoutMs = "300000") {
  const env = {
    ...faultyEnv,
    EVENTFLOW_REJECTED_TOPIC: topic,
    // On a machine that has other work, too.
    EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS: timeoutMs,
  };
  const metrics = new Metrics("intake");
  const recording = recordRejections({
    kafka,
    config: readConfig("intake", intakeSettings, env),
    metrics,
    log: silentLog(),
    clock: Date.now,
  });
  if (recording === undefined) assert.fail("It is on by default");
  const { app } = intake({ env, recorder: recording.recorder });
  return {
    recorder: recording.recorder,
    close: recording.close,
    metrics,
    send: (request: RequestInit) => app.request(PATH, request),
  };
}

test("why a webhook was refused is in the topic, under its provider", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const { recorder, close, send } = start(cluster, topic);
  assert.equal((await send(webhook({ timestamp: "now" }))).status, 400);
  assert.equal((await send(webhook())).status, 202);
  await recorder.close();
  await close();
  const [record, ...more] = await cluster.readAll(topic);
  assert.deepEqual(more, []);
  assert.equal(String(record?.key), "payment-provider");
  const { why } = RejectedWebhook.parse(JSON.parse(String(record?.value)));
  assert.deepEqual(why, { cause: "timestamp_malformed", form: "other" });
});

test("without the topic webhooks are answered as ever, and what is not recorded is counted", async () => {
  await using cluster = await testCluster();
  const { recorder, close, send, metrics } = start(
    cluster,
    `none-${randomUUID()}`,
    "100",
  );
  assert.equal((await send(webhook({ secret: "another" }))).status, 401);
  assert.equal((await send(webhook())).status, 202);
  await recorder.close();
  await close();
  assert.match(
    await metrics.render(),
    /rejections_recorded_total\{result="dropped"\} 1/,
  );
});

test("nothing is recorded if the intake is set not to", () => {
  const recording = recordRejections({
    kafka: { sender: () => assert.fail("There is nothing to be sent") },
    config: readConfig("intake", intakeSettings, {
      ...faultyEnv,
      EVENTFLOW_INTAKE_RECORD_REJECTED: "false",
    }),
    metrics: new Metrics("intake"),
    log: silentLog(),
    clock: Date.now,
  });
  assert.equal(recording, undefined);
});
