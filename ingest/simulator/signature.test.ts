import assert from "node:assert/strict";
import { test } from "node:test";
import { signatureHeaders } from "./signature.ts";

test("a body is signed as openssl signs <unix seconds>.<body>", () => {
  // printf '1770000000.{"a":1}' | openssl dgst -sha256 -hmac eventflow-local-secret
  assert.deepEqual(
    signatureHeaders(new TextEncoder().encode('{"a":1}'), {
      secret: "eventflow-local-secret",
      now: 1_770_000_000_999,
    }),
    {
      "X-Provider-Timestamp": "1770000000",
      "X-Provider-Signature":
        "105b23a606ae3c20773e1165ddc95c8b7bec15a7aa34cef9a8c4bf25cd72dd48",
    },
  );
});
