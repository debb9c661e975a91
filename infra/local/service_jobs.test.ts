import assert from "node:assert/strict";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { consumerNames } from "#contracts/services.ts";
import { ConfigError } from "#runtime/config.ts";
import { serviceEnvironment, serviceJob, services } from "./service_jobs.ts";
import { freePorts } from "./settings.ts";

const HOST = "EVENTFLOW_OPERATIONS_HOST";

/** What each service is bound to, by the stack's own setting. */
async function addresses(t: TestContext, host: string) {
  const before = process.env[HOST];
  t.after(() => {
    if (before === undefined) delete process.env[HOST];
    else process.env[HOST] = before;
  });
  process.env[HOST] = host;
  const ports = await freePorts();
  const env = serviceEnvironment(ports);
  return await Promise.all(services.map(async (service) => {
    const { command } = await serviceJob(service, ports, env);
    return [
      service.name,
      command.env?.EVENTFLOW_BIND_HOST || "127.0.0.1",
      command.env?.[HOST],
    ].join(" ");
  }));
}

test("services are on loopback alone unless it is said that operators are elsewhere", async (t) => {
  assert.deepEqual(await addresses(t, ""), [
    ...consumerNames.map((name) => `${name} 127.0.0.1 127.0.0.1`),
    "observer 127.0.0.1 127.0.0.1",
    "intake 127.0.0.1 127.0.0.1",
    "simulator 127.0.0.1 127.0.0.1",
  ]);
});

test("for operators elsewhere neither webhooks nor the simulator leave loopback", async (t) => {
  assert.deepEqual(await addresses(t, "0.0.0.0"), [
    ...consumerNames.map((name) => `${name} 0.0.0.0 0.0.0.0`),
    "observer 0.0.0.0 0.0.0.0",
    "intake 127.0.0.1 0.0.0.0",
    "simulator 127.0.0.1 0.0.0.0",
  ]);
});

test("an address without loopback is refused, as the stack could not ask its own services", async (t) => {
  await assert.rejects(addresses(t, "172.17.0.1"), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /EVENTFLOW_OPERATIONS_HOST/);
    assert.match(error.message, /172\.17\.0\.1/);
    return true;
  });
});
