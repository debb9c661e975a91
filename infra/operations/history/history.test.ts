import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { ofEachTopic, topics } from "#contracts/topics.ts";
import { DuckDBInstance } from "@duckdb/node-api";
import { connectorConfig } from "./connector.ts";
import { printRows } from "./print_rows.ts";
import { headerColumns, keptTopics } from "./tables.ts";
import { viewOf } from "./views.ts";

const config = connectorConfig({
  topics: ofEachTopic((id) => topics[id].name),
  controlTopic: "control",
  warehouse: "file:///history",
  catalog: "postgres://somebody:secret@127.0.0.1/history",
  tasks: 2,
  commitIntervalMs: 1000,
});

test("every header that a contract of a kept topic names has a column and a transform of its own", () => {
  const columns = headerColumns.map(({ column }) => column);
  assert.equal(new Set(columns).size, columns.length);
  const steps = config.transforms?.split(",") ?? [];
  for (const id of keptTopics) {
    for (const name of topics[id].headers) {
      const found = headerColumns.find(({ header }) =>
        header === headers[name]
      );
      assert.ok(found, name);
      assert.ok(steps.includes(found.column));
      assert.equal(
        config[`transforms.${found.column}.headers`],
        headers[name],
      );
    }
  }
});

test("the connector's configuration has no login", () => {
  assert.equal(
    config["iceberg.catalog.uri"],
    "jdbc:postgresql://127.0.0.1:5432/history",
  );
  assert.doesNotMatch(JSON.stringify(config), /somebody|secret/);
  assert.match(config["iceberg.catalog.jdbc.user"] ?? "", /^\$\{env:/);
  assert.match(config["iceberg.catalog.jdbc.password"] ?? "", /^\$\{env:/);
});

test("amounts are read as exact as they stand in a value, and not at all where two stand", async () => {
  const event = (amount: string, more = "") =>
    `{"event_id":"e","payload":{"payment_id":"p","amount":${amount}${more}}}`;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`create table validated_rows as
    select 'k' as key, now() as recorded_at, 't' as topic, 0 as record_partition, i as record_offset, encode(v) as value
    from (values (0, '${event("123456789012345678.01")}'), (1, '${
    event("0.10")
  }'), (2, '${event("1", ',"items":[{"amount":2}]')}')) rows(i, v)`);
  const result = await connection.runAndReadAll(
    `select amount::varchar from (${
      viewOf("validated", [])
    }) order by record_offset`,
  );
  assert.deepEqual(result.getRows().flat(), [
    "123456789012345678.010000000000",
    "0.100000000000",
    null,
  ]);
  connection.closeSync();
  instance.closeSync();
});

test("a history that has no record yet says how it gets some", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = printRows({ connection, tables: new Map() }, "select 1", {
    json: false,
  });
  await assert.rejects(rows.next(), /^StartError: The history has no record/);
  connection.closeSync();
  instance.closeSync();
});
