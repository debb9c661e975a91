import assert from "node:assert/strict";
import { test } from "node:test";
import { deskTokens, isAtLeast, personOf, roles } from "./tokens.ts";

const [A, B] = ["a".repeat(24), "b".repeat(32)];
const tokensIn = (text: string) => deskTokens.schema.safeParse(text);

test("a token is its person's, and no other is anybody's", () => {
  const tokens = tokensIn(`ada:operator:${A},grace@example.com:approver:${B}`);
  assert.ok(tokens.success);
  assert.deepEqual(personOf(tokens.data, A), {
    subject: "ada",
    role: "operator",
  });
  assert.deepEqual(personOf(tokens.data, B), {
    subject: "grace@example.com",
    role: "approver",
  });
  for (const other of ["", "a", A.slice(1), `${A}a`, A.toUpperCase(), B + A]) {
    assert.equal(personOf(tokens.data, other), undefined, other);
  }
  assert.ok(!JSON.stringify(tokens.data).includes(A), "none is kept");
});

test("tokens that are short, of no role, or there twice are refused", () => {
  for (
    const text of [
      "",
      "ada",
      `ada:operator:${A.slice(1)}`,
      `ada:king:${A}`,
      `ada:operator:${A},ada:reader:${B}`,
      `ada:operator:${A},grace:reader:${A}`,
      `ada:operator:${A},grace`,
      `a b:operator:${A}`,
    ]
  ) assert.equal(tokensIn(text).success, false, text);
});

test("each role has all that those before it have", () => {
  roles.forEach((role, n) =>
    roles.forEach((least, m) =>
      assert.equal(isAtLeast(role, least), n >= m, `${role} ${least}`)
    )
  );
});
