import assert from "node:assert/strict";
import { test } from "node:test";
import { graveSentence, unreadVariables } from "./unread_variables.ts";

const sentence = (env: Record<string, string>) =>
  graveSentence("demo", unreadVariables(env));

test("a group, a topic, brokers or a database that nothing reads keeps a service from starting", () => {
  for (
    const name of [
      "EVENTFLOW_VALIDATOR_GROUPID",
      "EVENTFLOW_KAFKA_VALIDATED_TOPIC",
      "KAFKA_BOOTSTRAP_SERVER",
      "SPRING_KAFKA_CONSUMER_GROUP_ID",
      "SPRING_DATASOURCE_URL",
      "SPRING_APPLICATION_JSON",
      "EVENTFLOW_DB_POOL_MAX",
    ]
  ) {
    assert.match(
      sentence({ [name]: "hunter2" }) ?? "",
      new RegExp(`^Cannot start demo: ${name} must not be set, as nothing`),
    );
    assert.doesNotMatch(sentence({ [name]: "hunter2" }) ?? "", /hunter/);
  }
});

test("what else nothing reads is named, and keeps nothing from starting", () => {
  const unread = unreadVariables({
    SERVER_PORT: "1",
    KAFKA_BROKERS: "b:1",
    MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: "x",
    EVENTFLOW_LOG_LEVLE: "debug",
  });
  assert.deepEqual(unread, {
    grave: [],
    others: [
      "EVENTFLOW_LOG_LEVLE",
      "KAFKA_BROKERS",
      "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE",
      "SERVER_PORT",
    ],
  });
});

test("nothing is said of what another service reads, of what is empty, or of other people's variables", () => {
  const none = unreadVariables({
    EVENTFLOW_VALIDATOR_GROUP_ID: "g",
    KAFKA_GROUP_ID: "g",
    EVENTFLOW_DB_PASSWORD_FILE: "/run/secrets/db",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: "s",
    SPRING_DATASOURCE_URL: "",
    KAFKA_HEAP_OPTS: "-Xmx1g",
    KAFKAJS_NO_PARTITIONER_WARNING: "1",
    VALIDATOR_SERVICE_HOST: "10.0.0.1",
    VALIDATOR_SERVICE_PORT_HTTP: "80",
    VALIDATOR_PORT: "tcp://10.0.0.1:80",
    VALIDATOR_PORT_80_TCP_ADDR: "10.0.0.1",
    PATH: "/bin",
  });
  assert.deepEqual(none, { grave: [], others: [] });
});

test("an environment that does not show its names has none to tell of", () => {
  const hidden = new Proxy({}, {
    ownKeys() {
      throw new Error("NotCapable");
    },
  });
  assert.deepEqual(unreadVariables(hidden), { grave: [], others: [] });
});
