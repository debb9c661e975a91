import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deadlines } from "#runtime/deadlines.ts";
import { readBody } from "./body.ts";
import { ReadingBudget } from "./reading_budget.ts";

const limits = () => ({
  maxBytes: 1_000,
  deadlines: new Deadlines(60_000),
  budget: new ReadingBudget(10_000),
});

/** A request whose body comes in the given chunks; `undefined` never comes. */
function request(chunks: (Uint8Array | undefined)[], headers = {}) {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (chunks.length === 0) return controller.close();
      const chunk = chunks.shift();
      if (chunk === undefined) await new Promise(() => {});
      else controller.enqueue(chunk);
    },
    cancel: () => void (cancelled = true),
  });
  return {
    request: new Request("http://x", { method: "POST", body, headers }),
    isCancelled: () => cancelled,
  };
}

const bytes = (length: number) => new Uint8Array(length).fill(7);

test("a body is the same bytes however it is cut into chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 9 }),
      async (chunks) => {
        const whole = chunks.flatMap((chunk) => [...chunk]);
        const read = await readBody(request([...chunks]).request, limits());
        assert.deepEqual(read, Uint8Array.from(whole));
      },
    ),
  );
});

test("a declared length over the limit is refused without reading", async () => {
  const { request: one } = request([undefined], { "Content-Length": "1001" });
  assert.equal(await readBody(one, limits()), "too_large");
});

test("an undeclared length is refused once it passes the limit, and reading stops", async () => {
  const { request: one, isCancelled } = request([
    bytes(600),
    bytes(401),
    undefined,
  ]);
  assert.equal(await readBody(one, limits()), "too_large");
  assert.ok(isCancelled());
});

test("a body of exactly the limit is read", async () => {
  const { request: one } = request([bytes(600), bytes(400)]);
  assert.deepEqual(await readBody(one, limits()), bytes(1_000));
});

test("a body that does not arrive in time is given up", async () => {
  const { request: one, isCancelled } = request([bytes(1), undefined]);
  const read = await readBody(one, {
    ...limits(),
    deadlines: new Deadlines(1),
  });
  assert.equal(read, "body_timeout");
  assert.ok(isCancelled());
});

const small = { "Content-Length": "9" };

test("a small body of declared length is read, and gives its budget back", async () => {
  const shared = { ...limits(), budget: new ReadingBudget(9) };
  for (let round = 0; round < 3; round++) {
    const { request: one } = request([bytes(4), bytes(5)], small);
    assert.deepEqual(await readBody(one, shared), bytes(9));
  }
});

test("a small body that does not arrive in time is given up, and one that breaks off too", async () => {
  const shared = {
    ...limits(),
    deadlines: new Deadlines(1),
    budget: new ReadingBudget(9),
  };
  const { request: late } = request([bytes(1), undefined], small);
  assert.equal(await readBody(late, shared), "body_timeout");
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error("gone")),
  });
  const broken = new Request("http://x", {
    method: "POST",
    body,
    headers: small,
  });
  assert.equal(await readBody(broken, shared), "broken_body");
  assert.ok(shared.budget.take(9));
});

test("a small body that has no room in the budget is refused before it is read", async () => {
  const shared = { ...limits(), budget: new ReadingBudget(8) };
  const { request: one } = request([undefined], small);
  assert.equal(await readBody(one, shared), "overloaded");
});

test("bodies that arrive at once share a budget, and give it back", async () => {
  const shared = { ...limits(), budget: new ReadingBudget(1_000) };
  assert.ok(shared.budget.take(500));
  const second = await readBody(request([bytes(501)]).request, shared);
  assert.equal(second, "overloaded");
  shared.budget.giveBack(500);
  for (let round = 0; round < 3; round++) {
    const third = await readBody(request([bytes(1_000)]).request, shared);
    assert.deepEqual(third, bytes(1_000));
  }
});
