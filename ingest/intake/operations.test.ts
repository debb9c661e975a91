import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "#runtime/log.ts";
import { healthRoutes, Readiness } from "#runtime/health.ts";
import { serveHttp } from "../http/http_server.ts";
import { intake } from "#kit/intake/testing.ts";

const anyPort = {
  host: "127.0.0.1",
  port: 0,
  portEnv: "SOME_PORT",
  log: silentLog(),
};

test("metrics and reasons are served to operators, beside a public port that has neither", async () => {
  const { app, metrics } = intake();
  const readiness = new Readiness();
  readiness.block("kafka", "Kafka does not answer");
  const operations = await serveHttp(
    healthRoutes({ service: "intake", metrics, readiness }),
    anyPort,
  );
  const server = await serveHttp(app, anyPort);
  const get = async (url: string) => {
    const response = await fetch(url);
    return [response.status, await response.text()] as const;
  };
  try {
    const [status, page] = await get(`${operations.url}/metrics`);
    assert.equal(status, 200);
    assert.match(page, /^eventflow_intake_queue_bytes 42$/m);
    assert.match((await get(`${operations.url}/ready`))[1], /does not answer/);
    assert.equal((await get(`${operations.url}/health`))[0], 200);
    assert.equal((await get(`${server.url}/metrics`))[0], 404);
    assert.equal((await get(`${server.url}/health`))[0], 200);
    assert.doesNotMatch((await get(`${server.url}/ready`))[1], /Kafka/);
  } finally {
    await server.drain();
    await operations.drain();
  }
});
