import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { withSource } from "./source_header.ts";

test("what is forwarded names its source in place of any name that came in, and keeps the rest", () => {
  const forwarded = withSource({
    topic: "out",
    key: null,
    value: null,
    headers: [
      header(headers.source, "elsewhere/9/9"),
      header(headers.provider, "someone"),
      header(headers.source, "elsewhere/9/10"),
    ],
  }, { topic: "in", partition: 2, offset: 41 });
  assert.deepEqual(
    forwarded.headers.map(({ name, value }) => [name, `${value}`]),
    [[headers.provider, "someone"], [headers.source, "in/2/41"]],
  );
  assert.equal(forwarded.topic, "out");
});
