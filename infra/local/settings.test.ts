import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "#runtime/config.ts";
import { instancesOf, operationsUrl, services } from "./service_jobs.ts";
import { configuredPlaces, placesWithFreePorts } from "./settings.ts";

const refuses = (env: Record<string, string>, what: RegExp) =>
  assert.throws(() => configuredPlaces(env), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, what);
    return true;
  });

/** Names and addresses of all instances of a service. */
function placesOf(name: string, env: Record<string, string>) {
  const service = services.find((one) => one.name === name) ??
    assert.fail(name);
  return instancesOf(service, configuredPlaces(env)).map((instance) => [
    instance.name,
    operationsUrl(service.name, instance.ports),
  ]);
}

test("a service has one instance at its port, unless its port is a list", () => {
  assert.deepEqual(placesOf("validator", {}), [
    ["validator", "http://127.0.0.1:8001"],
  ]);
  const env = { EVENTFLOW_VALIDATOR_PORT: "8001, 8011-8012" };
  assert.deepEqual(placesOf("validator", env), [
    ["validator", "http://127.0.0.1:8001"],
    ["validator-2", "http://127.0.0.1:8011"],
    ["validator-3", "http://127.0.0.1:8012"],
  ]);
  assert.equal(configuredPlaces(env).ports.validator, 8001);
});

test("each intake has a port for everybody and one for operators", () => {
  const env = {
    EVENTFLOW_INTAKE_PORT: "8100,8200",
    EVENTFLOW_INTAKE_OPERATIONS_PORT: "8110,8210",
  };
  assert.deepEqual(placesOf("intake", env), [
    ["intake", "http://127.0.0.1:8110"],
    ["intake-2", "http://127.0.0.1:8210"],
  ]);
  refuses(
    { EVENTFLOW_INTAKE_PORT: "8100,8200" },
    /EVENTFLOW_INTAKE_PORT and EVENTFLOW_INTAKE_OPERATIONS_PORT must name as many ports: current values 8100,8200 and 8010/,
  );
});

test("a list that is none, or that is longer than anybody means, is refused by what it may be", () => {
  for (const list of ["8001-", "8003-8001", "8001,,8002", "1-60000", "70000"]) {
    refuses(
      { EVENTFLOW_VALIDATOR_PORT: list },
      /EVENTFLOW_VALIDATOR_PORT must be a port, or for several instances a list of ports such as 8001,8011-8013/,
    );
  }
  refuses(
    { EVENTFLOW_KAFKA_PORT: "9092,9093" },
    /EVENTFLOW_KAFKA_PORT must be/,
  );
});

test("no port is given twice", () => {
  refuses(
    { EVENTFLOW_VALIDATOR_PORT: "8001-8002" },
    /EVENTFLOW_VALIDATOR_PORT and EVENTFLOW_ANALYTICS_PORT must differ: current value 8002/,
  );
  refuses(
    { EVENTFLOW_VALIDATOR_PORT: "8001,8001" },
    /EVENTFLOW_VALIDATOR_PORT must not name a port twice: it has 8001 twice/,
  );
});

test("0 is a free port, of each instance another", async () => {
  const places = configuredPlaces({ EVENTFLOW_VALIDATOR_PORT: "0,0" });
  const { ports, further } = await placesWithFreePorts(places);
  const [second = 0] = further.validator ?? [];
  assert.ok(ports.validator > 0 && second > 0);
  assert.notEqual(ports.validator, second);
});
