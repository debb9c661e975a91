import assert from "node:assert/strict";
import { test } from "node:test";
import type { Resource } from "../generate/resource.ts";
import { differencesOf } from "./compare.ts";

const resource = (
  kind: string,
  name: string,
  spec: unknown = {},
): Resource => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  spec,
});

test("the chart has the same resources if each is there and says the same, in any order", () => {
  assert.deepEqual(
    differencesOf(
      [
        resource("Namespace", "n"),
        resource("Service", "a", { port: 1, name: "x" }),
        resource("Service", "b"),
      ],
      [
        resource("Service", "b"),
        resource("Service", "a", { name: "x", port: 1 }),
      ],
    ),
    [],
  );
});

test("a resource that is missing, differs or is there alone is named", () => {
  assert.deepEqual(
    differencesOf(
      [resource("Service", "a"), resource("Service", "b", { port: 1 })],
      [resource("Service", "b", { port: 2 }), resource("Service", "c")],
    ),
    [
      "v1 Service a is not in the chart",
      'v1 Service b differs in the chart: [{"op":"replace","path":"/spec/port","value":2}]',
      "v1 Service c is in the chart alone",
    ],
  );
});
