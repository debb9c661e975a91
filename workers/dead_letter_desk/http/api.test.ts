import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import type { DeskReads } from "../reads.ts";
import { createApp } from "./app.ts";
import { personOf } from "./tokens.ts";

const Description = z.object({ paths: z.record(z.string(), z.any()) });

/** An app of which nothing is asked that it would have to do. */
function app() {
  const unused = () => {
    throw new Error("It is not asked for");
  };
  return createApp({
    desk: {} as Desk,
    reads: {
      database: { use: unused },
      kafka: { read: unused },
      topics: {
        deadLetters: "dlq",
        raw: "raw",
        validated: "validated",
        unmapped: "unmapped",
      },
    } satisfies DeskReads,
    identity: { personOf: (token) => Promise.resolve(personOf([], token)) },
    version: "test",
    console: new Hono(),
  });
}

test("the description says of each route what it takes and gives", async () => {
  const response = await app().request("/openapi.json");
  const { paths } = Description.parse(await response.json());
  const plan = paths["/jobs"].post;
  const asked = plan.requestBody.content["application/json"].schema;
  assert.deepEqual(Object.keys(asked.properties).sort(), [
    "edit",
    "filter",
    "options",
    "reason",
  ]);
  assert.ok(plan.responses["201"] && plan.responses["409"]);
  const names = paths["/letters"].get.parameters.map((
    { name }: { name: string },
  ) => name);
  for (const name of ["cause", "state", "after", "limit"]) {
    assert.ok(names.includes(name), name);
  }
});

test("nobody is let in without a token, or with one that is nobody's", async () => {
  const shown: Record<string, string>[] = [
    {},
    { Authorization: "Bearer nobodys-token-of-the-desk" },
    { "X-Forwarded-Access-Token": "a.b.c" },
  ];
  for (const headers of shown) {
    for (const path of ["/api/causes", "/api/jobs", "/api/nothing"]) {
      const response = await app().request(path, { headers });
      assert.equal(response.status, 401, path);
      assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
    }
  }
});
