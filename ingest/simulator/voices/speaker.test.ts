import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "#runtime/log.ts";
import {
  observedMetrics,
  seededRandom,
  START,
} from "#kit/simulator/test_doubles.ts";
import { madeUp, verdictOf, voices } from "#kit/simulator/test_voices.ts";
import type { Signed } from "../message.ts";
import { Lives } from "./life.ts";
import { createSpeaker, type Send } from "./speaker.ts";

/** A speaker for Stripe, and all that it had delivered, as the receiver had it. */
function speaker(
  { rates = {}, status = 202, account = madeUp("stripe") }: {
    rates?: { corruption?: number; duplicate?: number };
    status?: number;
    account?: Record<string, unknown>;
  } = {},
) {
  const voice = voices.find(({ provider }) => provider === "stripe");
  assert.ok(voice);
  const current = { account };
  const sent: Signed[] = [];
  const { metrics, sample } = observedMetrics();
  const random = seededRandom(11);
  const next = createSpeaker({
    voice,
    url: "http://receiver.test/api/webhooks/stripe",
    account: () => voice.settings.parse(current.account),
    lives: new Lives({ ...voice, random, now: () => START }),
    deliverTo: (webhook) => (message) => {
      sent.push(webhook.sign(message, START));
      const is = status < 300;
      return Promise.resolve({
        ok: is,
        attempts: 1,
        status_code: status,
        message: "",
      });
    },
    rates: { corruption: 0, duplicate: 0, ...rates },
    random,
    metrics,
    log: silentLog(),
  });
  const run = async (count: number) => {
    const ends: Awaited<ReturnType<Send>>[] = [];
    for (let n = 0; n < count; n++) ends.push(await next()());
    return ends;
  };
  return { run, sent, sample, current };
}

const text = ({ body }: Signed) => new TextDecoder().decode(body);
const verdict = (account: Record<string, unknown>, signed: Signed) =>
  verdictOf("stripe", account, signed, { atMs: START });

test("a duplicate is the same bytes, signed anew", async () => {
  const account = madeUp("stripe");
  const { run, sent, sample } = speaker({ rates: { duplicate: 1 }, account });
  assert.deepEqual(await run(1), ["accepted"]);
  const [first, second] = sent;
  assert.ok(first && second && sent.length === 2);
  assert.equal(text(first), text(second));
  assert.equal(typeof await verdict(account, second), "object");
  assert.equal(
    await sample(
      'eventflow_simulator_duplicate_events_total{provider="payment-provider"}',
    ),
    1,
  );
});

test("broken ones are signed by the account, or by a stranger, and are counted by how", async () => {
  const account = madeUp("stripe");
  const { run, sent } = speaker({ rates: { corruption: 1 }, account });
  await run(60);
  const verdicts = await Promise.all(
    sent.map(async (one) => typeof await verdict(account, one)),
  );
  const good = sent.filter((_, n) => verdicts[n] === "object");
  const strangers = sent.filter((_, n) => verdicts[n] !== "object");
  assert.ok(good.length > 20 && strangers.length > 5);
  assert.ok(good.some((one) => text(one).includes('"currency":"xts"')));
  assert.ok(good.some((one) => /"amount":-\d/.test(text(one))));
});

test("that a stranger is refused is no failure, and that one is not is one", async () => {
  const ends = async (status: number) =>
    new Set(await speaker({ rates: { corruption: 1 }, status }).run(60));
  assert.deepEqual(await ends(401), new Set(["failed", "refused"]));
  assert.deepEqual(await ends(202), new Set(["failed", "accepted"]));
});

test("what is not delivered has failed, and is not doubled", async () => {
  const { run, sent } = speaker({ rates: { duplicate: 1 }, status: 503 });
  assert.deepEqual(await run(1), ["failed"]);
  assert.equal(sent.length, 1);
});

test("a secret that was rolled signs from then on", async () => {
  const [before, after] = [madeUp("stripe"), madeUp("stripe")];
  const { run, sent, current } = speaker({ account: before });
  await run(1);
  current.account = after;
  await run(1);
  const [first, second] = sent;
  assert.ok(first && second);
  assert.equal(typeof await verdict(before, first), "object");
  assert.equal(typeof await verdict(after, second), "object");
  assert.equal(await verdict(before, second), "bad_signature");
});
