import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "#runtime/log.ts";
import { clock, signerOf } from "#kit/intake/sent_to_accounts.ts";
import { intake } from "#kit/intake/testing.ts";
import { until } from "#kit/until.ts";
import { openAccounts } from "./providers/open_accounts.ts";

test("a secret is rolled by exchanging the file while webhooks come in, and none is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-accounts-"));
  const path = join(folder, "providers.json");
  const by = signerOf("Stripe");
  const secrets = by.accounts.flatMap((one) => one.secrets);
  const exchange = async (...secrets: unknown[]) => {
    const accounts = [{ provider: "stripe", secrets }];
    await writeFile(join(folder, "next"), JSON.stringify({ accounts }));
    await rename(join(folder, "next"), path);
  };
  await exchange(secrets[0]);
  const file = await openAccounts(path);
  const { app } = intake({ accounts: () => file.accounts, clock });
  const answers: number[] = [];
  const sent = async (key: 0 | 1, body?: ReadableStream) => {
    const signed = by.sign("{}", key, 1);
    const { status } = await app.request("/api/webhooks/stripe", {
      method: "POST",
      headers: signed.headers,
      body: body ?? signed.body,
    });
    answers.push(status);
    return status;
  };
  let key: 0 | 1 | undefined = 0;
  const sending = Array.from({ length: 4 }, async () => {
    while (key !== undefined) {
      await sent(key);
      await new Promise((next) => setImmediate(next));
    }
  });
  const more = (count = answers.length) =>
    until("more webhooks are answered", () => answers.length >= count + 20, {
      everyMs: 1,
    });
  const log = silentLog();
  await more();
  await exchange(...secrets);
  await file.look({ log });
  await more();
  key = 1;
  await more();
  // Its headers are there before the exchange, its body behind it.
  let finish = () => {};
  const slow = sent(
    0,
    new ReadableStream({
      start(stream) {
        finish = () => {
          stream.enqueue(new TextEncoder().encode("{}"));
          stream.close();
        };
      },
    }),
  );
  await exchange(secrets[1]);
  await file.look({ log });
  finish();
  assert.equal(await slow, 202);
  await more();
  key = undefined;
  await Promise.all(sending);
  assert.deepEqual([...new Set(answers)], [202]);
  assert.equal(await sent(0), 401);
  await rm(folder, { recursive: true });
});
