import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { accountsFile, signedRecords } from "#kit/intake/signed_records.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { runMain } from "#kit/run_main.ts";
import { Report } from "./report.ts";

const run = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => runMain(new URL("main.ts", import.meta.url), args, env);

/** A topic with what the door has taken in just now, and what the command needs to prove it. */
async function setUp(folder: string) {
  const cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const sender = cluster.kafka.sender();
  const write = (records: readonly OutgoingRecord[]) =>
    sender.send(records.map((record) => ({ ...record, topic })));
  const records = await signedRecords({ atMs: Date.now() });
  const file = join(folder, "providers.json");
  await writeFile(file, accountsFile);
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    EVENTFLOW_PROVIDERS_FILE: file,
  };
  const verify = (...args: string[]) =>
    run(["--topic", topic, "--since", "1h", ...args], env);
  return {
    topic,
    records,
    write,
    verify,
    file,
    async [Symbol.asyncDispose]() {
      await sender.close();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

async function inFolder(work: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-verify-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("what the door took in is proven from the log, and a record with one flipped byte beside it is named", () =>
  inFolder(async (folder) => {
    await using log = await setUp(folder);
    const { topic, records, write, verify, file } = log;
    await write(records);
    const good = await verify();
    assert.deepEqual([good.code, good.stderr], [0, ""]);
    for (
      const line of [
        /^proven {2}checkout\/default +key 1 +1$/m,
        /^no stored signature: 1 of the provider without accounts, /m,
        /^proven {2}razorpay\/default +key 1 +1$/m,
        /^proven {2}stripe\/eu +key 2026 +1$/m,
        /^All 3 stored signatures are proven\.$/m,
      ]
    ) assert.match(good.stdout, line);

    const [razorpay] = records;
    if (razorpay?.value == null) throw new Error("There is no record");
    const value = Buffer.from(razorpay.value);
    value[0] = (value[0] ?? 0) ^ 1;
    const edited = header(headers.edited, "a job");
    await write([
      { ...razorpay, value },
      { ...razorpay, value, headers: [...razorpay.headers, edited] },
    ]);
    const bad = await verify();
    assert.equal(bad.code, 1);
    assert.match(
      bad.stdout,
      new RegExp(`^failed: ${topic}/0/4, razorpay/default: no key that`, "m"),
    );
    assert.match(bad.stdout, /^no stored signature: 1 edited at the desk/m);
    assert.match(bad.stdout, /^Not proven: 1 failed\.$/m);

    await writeFile(file, JSON.stringify({ accounts: [] }));
    const json = await verify("--json");
    assert.equal(json.code, 1);
    const report = Report.parse(JSON.parse(json.stdout));
    assert.deepEqual(
      report.not_set_up.map(({ provider, count }) => [provider, count]),
      [["checkout", 1], ["razorpay", 2], ["stripe", 1]],
    );
    assert.equal(report.failed, 0);

    const later = await verify("--until", "30m");
    assert.deepEqual([later.code, later.stderr], [0, ""]);
    assert.match(later.stdout, /: 0 records read in /);
  }));

test("what is set up wrongly is one sentence and 78", () =>
  inFolder(async (folder) => {
    const file = join(folder, "providers.json");
    await writeFile(
      file,
      '{"accounts":[{"provider":"stripe","secrets":["sk_live_x"]}]}',
    );
    const env = { EVENTFLOW_PROVIDERS_FILE: file };
    const { code, stdout, stderr } = await run(["--since", "1h"], env);
    assert.deepEqual([code, stdout], [78, ""]);
    assert.match(
      stderr,
      /^The file of EVENTFLOW_PROVIDERS_FILE: stripe\/default: secrets\.0 must be [^\n]+\.\n$/,
    );
    assert.doesNotMatch(stderr, /sk_live_x/);
  }));

test("a broker or a topic that is not there is one sentence and 69", async () => {
  const away = await run(["--since", "1h"], {
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
  });
  assert.deepEqual([away.code, away.stdout], [69, ""]);
  assert.match(away.stderr, /^Cannot reach Kafka at 127\.0\.0\.1:1: .*\n$/);
  const none = await run(["--since", "1h", "--topic", "none"], {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
  });
  assert.deepEqual([none.code, none.stdout], [69, ""]);
  assert.match(none.stderr, /^Kafka at \S+ has no topic none: /);
});

for (
  const [args, sentence] of [
    [[], /required option '--since <time>'/],
    [["--since", "yesterday"], /'yesterday' is invalid\. .*RFC 3339/],
    [["--since", "1h", "--until", "2h"], /--since must be before --until/],
    [["--since", "1h", "--fast"], /unknown option '--fast'/],
  ] as const
) {
  test(`${args.join(" ") || "no time"} is refused with one sentence and 78`, async () => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual([code, stdout], [78, ""]);
    assert.match(stderr, sentence);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  });
}
