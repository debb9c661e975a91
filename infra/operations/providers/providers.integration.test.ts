import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { accountsFile, signedRecords } from "#kit/intake/signed_records.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { type Ended, runMain } from "#kit/run_main.ts";
import { Report } from "./report.ts";

const nowhere = "127.0.0.1:1";

/** The command as it is typed, with a file of accounts if there is one. */
async function run(
  args: readonly string[],
  { file, ...env }: Record<string, string> = {},
): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-providers-"));
  const path = join(folder, "providers.json");
  if (file !== undefined) await writeFile(path, file);
  const main = new URL("main.ts", import.meta.url);
  const ended = await runMain(main, args, {
    KAFKA_BOOTSTRAP_SERVERS: nowhere,
    ...file !== undefined && { EVENTFLOW_PROVIDERS_FILE: path },
    ...env,
  });
  await rm(folder, { recursive: true });
  return ended;
}

test("each account has its URL, what its keys are called, and when it was last heard of", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const sender = cluster.kafka.sender();
  const [razorpay, stripe] = await signedRecords();
  if (razorpay === undefined || stripe === undefined) throw new Error("none");
  const later = await signedRecords({ atMs: 1_800_000_000_000 });
  const replayOf = header(headers.replayOf, "events.dlq.v1/0/1");
  await sender.send(
    [stripe, ...later.slice(1, 2), stripe, {
      ...razorpay,
      headers: [...razorpay.headers, replayOf],
    }].map((record) => ({ ...record, topic })),
  );
  await sender.close();
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    EVENTFLOW_RAW_TOPIC: topic,
    file: accountsFile,
  };
  const args = ["--url", "https://pay.example.org/"];
  const { code, stdout, stderr } = await run(args, env);
  assert.deepEqual([code, stderr], [0, ""]);
  for (
    const line of [
      /^provider +account +URL +keys +else +last seen$/m,
      /^checkout +default +https:\/\/pay\.example\.org\/api\/webhooks\/checkout +1: 1 +authorization +-$/m,
      /^razorpay +default +https:\/\/pay\.example\.org\/api\/webhooks\/razorpay +1: 1 +- +-$/m,
      /^stripe +eu +https:\/\/pay\.example\.org\/api\/webhooks\/stripe\/eu +1: 2026 +tolerance_seconds=300 +2027-01-15T08:00:00\.000Z$/m,
      /^Last seen: in the last 10,000 records of each partition of \S+\.$/m,
    ]
  ) assert.match(stdout, line);

  const json = await run([...args, "--json"], env);
  const { accounts } = Report.parse(JSON.parse(json.stdout));
  assert.deepEqual(
    accounts.map(({ provider, last_seen }) => [provider, last_seen]),
    [
      ["checkout", null],
      ["razorpay", null],
      ["stripe", "2027-01-15T08:00:00.000Z"],
    ],
  );
});

test("if Kafka is away, all else is there, and it is said that it is away", async () => {
  const { code, stdout } = await run([], { file: accountsFile });
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^stripe +eu +https:\/\/YOUR-HOST\/api\/webhooks\/stripe\/eu/m,
  );
  assert.doesNotMatch(stdout, /last seen$/m);
  assert.match(stdout, /^Say --url https:/m);
  assert.match(
    stdout,
    /^When each was last seen is not known\. Cannot reach Kafka at /m,
  );
});

test("nothing of a secret is shown, whatever an account is set up with", async () => {
  const secrets = {
    hmac: "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00",
    user: "a-user-at-adyen",
    password: "a-password-at-adyen",
    authorization: "an-authorization",
    private: "a-private-key",
    retired: "a-key-that-is-retired",
    whsec: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    square: "a-signature-key",
    webhook: "4JH86294D6297924G",
  };
  const { hmac, user, password, authorization, whsec, square } = secrets;
  const file = JSON.stringify({
    accounts: [
      { provider: "adyen", secrets: [hmac], basic_auth: { user, password } },
      {
        provider: "checkout",
        secrets: [square],
        retired: { "2025": secrets.retired },
        authorization,
      },
      {
        provider: "braintree",
        keys: [{ public: "a-public-key", private: secrets.private }],
      },
      { provider: "standard-webhooks", secrets: [whsec, whsec] },
      {
        provider: "square",
        secrets: [square],
        notification_url: "https://elsewhere.example.org/",
      },
      { provider: "paypal", webhook_id: secrets.webhook },
    ],
  });
  for (const form of [[], ["--json"]]) {
    const args = ["--url", "https://pay.example.org", ...form];
    const { stdout, stderr } = await run(args, { file });
    for (const secret of Object.values(secrets)) {
      assert.ok(!`${stdout}${stderr}`.includes(secret), secret);
    }
    assert.match(stdout, /a-public-key/);
    assert.match(stdout, /2025/);
    assert.match(
      stdout,
      /square\/default: notification_url is https:\/\/elsewhere\.example\.org\/, and it must be/,
    );
  }
});

test("without a file it is said how to begin, and the example is one that is taken", async () => {
  const { code, stdout, stderr } = await run([]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^No account at a provider is set up: .*\n$/);
  const [example = ""] = /\{"accounts.*\]\}/.exec(stdout) ?? [];
  const tried = await run([], { file: example });
  assert.match(tried.stdout, /^stripe +default/m);
});

test("a file that is not as it must be is one sentence and 78", async () => {
  const file = '{"accounts":[{"provider":"strype","secrets":["whsec_x"]}]}';
  const { code, stdout, stderr } = await run([], { file });
  assert.deepEqual([code, stdout], [78, ""]);
  assert.match(
    stderr,
    /^The file of EVENTFLOW_PROVIDERS_FILE: strype\/default: provider must be one of [^\n]+\n$/,
  );
});

for (
  const args of [["--url", "pay.example.org"], ["--url", "https://a/b"], [
    "--all",
  ]]
) {
  test(`${args.join(" ")} is refused with one sentence and 78`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [78, ""]);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  });
}
