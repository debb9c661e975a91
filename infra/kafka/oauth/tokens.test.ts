import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import { claimsOf, type Token, Tokens } from "./tokens.ts";

/** A server that gives t1, t2 and so on for a minute each, unless it is away, and what time it is. */
function server({ lifeMs = 60_000 } = {}) {
  const state = { nowMs: 0, asked: 0, isAway: false };
  const ask = (): Promise<Token> => {
    state.asked++;
    if (state.isAway) return Promise.reject(new TransientError("away"));
    const value = `t${state.asked}`;
    return Promise.resolve({ value, expiresMs: state.nowMs + lifeMs });
  };
  return { state, tokens: new Tokens(ask, () => state.nowMs) };
}

test("a token is kept, and exchanged when a fifth of its life is left", async () => {
  const { state, tokens } = server();
  assert.equal(await tokens.current(), "t1");
  state.nowMs = 47_999;
  assert.equal(await tokens.current(), "t1");
  state.nowMs = 48_000;
  assert.equal(await tokens.current(), "t2");
  assert.equal(state.asked, 2);
});

test("who comes while a token is asked for waits for the same one", async () => {
  const { state, tokens } = server();
  const all = await Promise.all([tokens.current(), tokens.current()]);
  assert.deepEqual(all, ["t1", "t1"]);
  assert.equal(state.asked, 1);
});

test("while no next token is to be had the one before does, for as long as it is good", async () => {
  const { state, tokens } = server();
  await tokens.current();
  state.isAway = true;
  state.nowMs = 59_999;
  assert.equal(await tokens.current(), "t1");
  state.nowMs = 60_000;
  await assert.rejects(tokens.current(), /away/);
  state.isAway = false;
  assert.match(await tokens.current(), /^t\d$/);
});

test("a token's life is what it says itself, where who gave it does not", async () => {
  let nowMs = 0;
  let asked = 0;
  const payload = Buffer.from(JSON.stringify({ exp: 100, sub: "intake" }));
  const value = `h.${payload.toString("base64url")}.s`;
  const tokens = new Tokens(() => {
    asked++;
    return Promise.resolve({ value });
  }, () => nowMs);
  await tokens.current();
  nowMs = 79_999;
  await tokens.current();
  assert.equal(asked, 1);
  nowMs = 80_000;
  await tokens.current();
  assert.equal(asked, 2);
  assert.deepEqual(claimsOf(value), { expiresMs: 100_000, subject: "intake" });
});

test("a token of which nobody says how long it is good is asked for each time", async () => {
  let asked = 0;
  const tokens = new Tokens(() => {
    asked++;
    return Promise.resolve({ value: "opaque" });
  });
  await tokens.current();
  await tokens.current();
  assert.equal(asked, 2);
});

test("what could end the field that a token is sent in is no token, and is not shown", async () => {
  for (const value of ["a\x01auth=Bearer b", "", "a b", "a\nb"]) {
    const tokens = new Tokens(() => Promise.resolve({ value }));
    await assert.rejects(tokens.current(), {
      message: "What was given as a token is none",
    });
  }
});

test("a token that was refused is not given again, and one that came after it stays", async () => {
  const { state, tokens } = server();
  assert.equal(await tokens.current(), "t1");
  tokens.discard("t1");
  state.isAway = true;
  await assert.rejects(tokens.current(), /away/);
  state.isAway = false;
  assert.equal(await tokens.current(), "t3");
  tokens.discard("t1");
  assert.equal(await tokens.current(), "t3");
});
