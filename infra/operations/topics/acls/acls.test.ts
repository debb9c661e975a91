import assert from "node:assert/strict";
import { test } from "node:test";
import { on, prefixed } from "#kafka/access/rights.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { aclArguments, aclScript } from "./commands.ts";
import { aclEntries } from "./entries.ts";
import { printAcls } from "./print.ts";

const needs = new Map([
  ["intake", [on("Topic", "raw", "Write", "keep what was taken in")]],
  ["worker", [
    on("Topic", "raw", "Read", "read"),
    on("Topic", "raw", "DescribeConfigs", "see its settings"),
    prefixed(on("TransactionalId", "worker.raw.", "Write", "move on")),
  ]],
]);

test("there is one command for each resource, with all operations of its principal on it", () => {
  const entries = aclEntries(needs, {
    pattern: "User:CN={program},O=Acme",
    principals: new Map([["intake", "User:door"]]),
  });
  assert.deepEqual(aclArguments(entries).map((args) => args.join(" ")), [
    "--add --allow-principal User:door --operation Write --topic raw",
    "--add --allow-principal User:CN=worker,O=Acme --operation Read --operation DescribeConfigs --topic raw",
    "--add --allow-principal User:CN=worker,O=Acme --operation Write --transactional-id worker.raw. --resource-pattern-type prefixed",
  ]);
});

test("a shell takes a principal for one word, whatever is in it", () => {
  const entries = aclEntries(needs, { pattern: "User:it's $(here)" });
  const [command] = aclScript(entries).filter((line) =>
    line.startsWith("kafka-acls.sh")
  );
  assert.match(
    command ?? "",
    /--allow-principal 'User:it'\\''s \$\(here\)' --operation Write --topic raw$/,
  );
});

function printed(
  { json = false, principals = [] as string[], env = {} } = {},
): string {
  const lines: string[] = [];
  printAcls({ json, principals, env, say: (line) => lines.push(line) });
  return lines.join("\n");
}

test("rights are printed for topics and groups as the environment names them, as JSON too", () => {
  const env = {
    EVENTFLOW_RAW_TOPIC: "acme.raw",
    EVENTFLOW_VALIDATOR_GROUP_ID: "acme-validator",
  };
  const script = printed({ env });
  assert.match(script, /--operation Write --topic acme\.raw\n/);
  assert.match(script, /--transactional-id acme-validator\.acme\.raw\. /);
  const entries: { program: string; resourceName: string }[] = JSON.parse(
    printed({ env, json: true, principals: ["intake=User:door"] }),
  );
  const write = {
    program: "intake",
    principal: "User:door",
    resourceType: "Topic",
    patternType: "LITERAL",
    operation: "Write",
    permissionType: "ALLOW",
    host: "*",
  };
  assert.deepEqual(entries.filter(({ program }) => program === "intake"), [
    { ...write, resourceName: "acme.raw", why: "keep what was taken in" },
    {
      ...write,
      resourceName: "events.rejected.v1",
      why: "say why webhooks were refused",
    },
  ]);
});

test("a principal that is none, or of no program, is refused", () => {
  for (const wrong of ["intake", "intake=door", "nobody=User:x"]) {
    assert.throws(() => printed({ principals: [wrong] }), StartError, wrong);
  }
});
