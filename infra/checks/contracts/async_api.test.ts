import { DiagnosticSeverity, fromFile, Parser } from "@asyncapi/parser";
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { consumers } from "#contracts/services.ts";
import { type TopicContract, topicIds, topics } from "#contracts/topics.ts";
import { repositoryRoot } from "#local/home.ts";
import { published, publishedFolder } from "./published.ts";

const { document, diagnostics } = await fromFile(
  new Parser(),
  join(repositoryRoot, publishedFolder, "asyncapi.json"),
).parse();

test("AsyncAPI's own parser takes the document, its references and its examples, and has nothing to object to", () => {
  const objections = diagnostics.filter(({ severity }) =>
    severity <= DiagnosticSeverity.Warning
  );
  assert.deepEqual(objections, []);
  assert.equal(document?.version(), "3.1.0");
});

test("each topic is a channel with its partitions, its key and how long it is kept", () => {
  for (const id of topicIds) {
    const topic: TopicContract = topics[id];
    const channel = document?.channels().get(id);
    assert.equal(channel?.address(), topic.name);
    const kafka = channel?.bindings().get("kafka")?.value() ?? {};
    assert.equal(kafka.partitions, topic.partitions);
    const { topicConfiguration: config } = kafka;
    assert.equal(config["retention.ms"], topic.retentionMs);
    assert.equal(config["max.message.bytes"], topic.maxMessageBytes);
    const policy = topic.isCompacted ? "compact" : "delete";
    assert.deepEqual(config["cleanup.policy"], [policy]);
    for (const message of channel?.messages() ?? []) {
      const { key } = message.bindings().get("kafka")?.value() ?? {};
      assert.equal(key.description, topic.key);
    }
  }
});

test("each contract that is published is a message, with its schema", () => {
  const messages = document?.components().messages();
  for (const { name, title } of published) {
    const message = messages?.get(name.replaceAll(".", "_"));
    assert.equal(message?.payload()?.title(), title, name);
    assert.equal(message?.payload()?.type(), "object", name);
  }
});

test("whoever reads or writes a topic by the tables does so in the document, as the group that it is", () => {
  const operations = document?.operations().all() ?? [];
  const doing = (action: "send" | "receive", id: string) =>
    operations.filter((one) =>
      one.action() === action &&
      one.channels().all().some((channel) => channel.id() === id)
    );
  for (const id of topicIds) {
    const { writer, readers }: TopicContract = topics[id];
    assert.equal(doing("receive", id).length, readers.length, id);
    const writers = writer === topics.deadLetters.writer
      ? Object.keys(consumers).length
      : 1;
    assert.equal(doing("send", id).length, writers, id);
  }
  for (const { reads, service } of Object.values(consumers)) {
    const [operation] = doing("receive", reads).filter((one) =>
      one.id()?.startsWith(service.replaceAll("-", "_"))
    );
    const kafka = operation?.bindings().get("kafka")?.value();
    assert.deepEqual(kafka?.groupId.enum, [service], service);
  }
});

test("every header is described, and stands on a topic", () => {
  const said = document?.components().schemas();
  const onTopics = new Set<string>(
    topicIds.flatMap((id) => topics[id].headers).map((name) => headers[name]),
  );
  for (const name of Object.values(headers)) {
    assert.match(`${said?.get(name)?.description()}`, /\w{3}.*\.$/, name);
    assert.ok(onTopics.has(name), name);
  }
});
