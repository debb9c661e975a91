/**
 * Consumers in Python and in Java, made of what is published, beside our own code: `docs/examples/`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { amountLiteral } from "#contracts/amount_literal.ts";
import { headers } from "#contracts/headers.ts";
import { parseValidated } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import {
  isLater,
  type Precedence,
  precedenceOf,
} from "#consumer/precedence.ts";
import { isFor } from "#consumer/replay.ts";
import { leaveOpen } from "#kit/kafka/kafkajs/test_stranger.ts";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { paymentJson } from "#kit/payment.ts";
import { Random } from "#kit/random.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import {
  type Example,
  javaExample,
  linesOf,
  madeAnew,
  pythonExample,
} from "./examples.ts";

const AMOUNTS = 100_000;
const AT_ONCE = 10_000;
const say = (line: string) => console.log(line);

const made = [await pythonExample(say), await javaExample(say)];
for (const one of made) if ("why" in one) say(`Not checked: ${one.why}`);
const examples = made.filter((one): one is Example => "program" in one);

/** Each is a consumer of its own. */
function groupOf({ language }: Example): string {
  return `ledger-${language.toLowerCase()}`;
}

test(
  "consumers in three languages agree on 100,000 amounts of 18 digits, on their sum and on each payment's last event, past aborted transactions and replays for others",
  { skip: examples.length === 0 },
  async () => {
    await using cluster = await testCluster();
    const bootstrap = process.env.EVENTFLOW_TEST_KAFKA ?? "";
    const topic = await cluster.freshTopic(3);
    await fill(cluster, { bootstrap, topic });

    const records = await cluster.readAll(topic);
    for (const example of examples) {
      const group = groupOf(example);
      const ours = ledgerOf(records, group);
      assert.ok(ours.length > AMOUNTS);
      const theirs = await linesOf(example, { bootstrap, topic, group });
      assert.deepEqual(differing(ours, theirs.sort()), [], example.language);
    }
  },
);

test(
  "a new consumer in another language reads its first records as soon as it is built",
  {
    skip: examples.length === 0,
  },
  async () => {
    await using cluster = await testCluster();
    const bootstrap = process.env.EVENTFLOW_TEST_KAFKA ?? "";
    const topic = await cluster.freshTopic(1);
    const sender = cluster.kafka.sender();
    const value = Buffer.from(paymentJson({ eventId: "the-first" }));
    await sender.send([{ topic, key: Buffer.from("a"), value, headers: [] }]);
    await sender.close();
    const folder = await mkdtemp(join(tmpdir(), "eventflow-new-"));
    try {
      for (const example of examples) {
        const anew = await madeAnew(example, join(folder, example.language));
        const lines = await linesOf(anew, {
          ...{ bootstrap, topic },
          group: `new-${groupOf(example)}`,
        });
        assert.match(lines[0] ?? "", /^amount\tthe-first\t/, example.language);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

/** Amounts, with transactions that were aborted among them, and with replays. */
async function fill(
  { kafka }: TestCluster,
  { bootstrap, topic }: { bootstrap: string; topic: string },
): Promise<void> {
  const random = new Random(1);
  const sender = kafka.sender();
  for (let sent = 0; sent < AMOUNTS; sent += AT_ONCE) {
    const records = Array.from({ length: AT_ONCE }, (_, n) => {
      const eventId = `evt-${sent + n}`;
      const paymentId = `pay-${random.integer(1, 5_000)}`;
      const amount = amountOf18Digits(random);
      const currency = random.oneOf(["USD", "EUR", "IQD"]);
      const timestamp = random.oneOf(times);
      return record({ eventId, paymentId, amount, currency, timestamp }, {
        [headers.source]: `events.raw.v1/${random.integer(0, 2)}/${sent + n}`,
        [headers.receivedAt]: `${1_700_000_000_000 + sent + n}`,
      });
    });
    await sender.send(records);
    const transactionalId = randomUUID();
    const open = { topic, partitions: [0, 1, 2], transactionalId };
    await (await leaveOpen(bootstrap, open)).abort();
  }
  const replay = (eventId: string, more: Readonly<Record<string, string>>) =>
    record({ eventId, paymentId: "replayed" }, {
      [headers.receivedAt]: "1700000000000",
      ...more,
    });
  const origin = (offset: number, item = "") => ({
    [headers.origin]: `events.raw.v1/0/${offset}${item}`,
  });
  await sender.send([
    replay("for-another", {
      [headers.replayFor]: "persistence-writer",
      ...origin(999),
    }),
    ...examples.map(groupOf).map((group) =>
      replay(`for-${group}`, { [headers.replayFor]: group, ...origin(10) })
    ),
    replay("the-last", origin(12, "#2/3")),
    replay("an-earlier-item", origin(12, "#1/3")),
    replay("an-earlier-origin", origin(11)),
    replay("not-later-in-another-log", {
      [headers.origin]: "events.raw.v1/1/5",
    }),
    replay("the-last", origin(12, "#2/3")),
    record({ eventId: "later-type", paymentId: "of-a-later-type" }, {
      [headers.source]: "no place",
    }, "payment.settled.v9"),
  ].map((one) => ({ ...one, topic })));
  await sender.close();

  function record(
    payment: Parameters<typeof paymentJson>[0] & object,
    said: Readonly<Record<string, string>>,
    type?: string,
  ) {
    const json = paymentJson(payment);
    return {
      topic,
      key: Buffer.from(payment.paymentId ?? ""),
      value: Buffer.from(
        type === undefined ? json : json.replace(/payment\.\w+\.v1/, type),
      ),
      headers: Object.entries(said).map(([name, text]) => header(name, text)),
    };
  }
}

/** Times of RFC 3339, some of which date types of Python and Java do not take. */
const times = [
  "2026-01-02T03:04:05Z",
  "2026-01-02t03:04:05.123456789z",
  "2016-12-31T23:59:60Z",
  "2026-01-02T03:04:05.5-15:59",
];

/** Which a double would round: it has 15 to 17. */
function amountOf18Digits(random: Random): string {
  const digits = Array.from(
    { length: 18 },
    (_, n) => random.integer(n ? 0 : 1, 9),
  );
  const decimals = random.integer(3, 4);
  const whole = digits.slice(0, -decimals).join("");
  return `${whole}.${digits.slice(-decimals).join("")}`;
}

/** What our own code makes of the topic, in the words of the examples. */
function ledgerOf(
  records: readonly ReceivedRecord[],
  group: string,
): string[] {
  const lines: string[] = [];
  const counted = new Set<string>();
  const sums = new Map<string, bigint>();
  const last = new Map<string, [Precedence, string]>();
  for (const record of records) {
    if (!isFor(group, record)) continue;
    const parsed = parseValidated(record.value);
    assert.ok(parsed.ok);
    const { event_id: eventId, timestamp, payload } = parsed.value;
    const time = readRfc3339(timestamp);
    assert.ok(time.ok);
    const incoming = precedenceOf(record, time.ms);
    const [applied] = last.get(payload.payment_id) ?? [];
    if (applied === undefined || isLater(incoming, applied)) {
      last.set(payload.payment_id, [incoming, eventId]);
    }
    if (counted.has(eventId)) continue;
    counted.add(eventId);
    const { currency } = payload;
    const amount = amountLiteral(parsed.text);
    sums.set(currency, (sums.get(currency) ?? 0n) + tenThousandths(amount));
    lines.push(`amount\t${eventId}\t${amount}\t${currency}`);
  }
  for (const [paymentId, [, eventId]] of last) {
    lines.push(`last\t${paymentId}\t${eventId}`);
  }
  for (const [currency, sum] of sums) {
    const text = `${sum}`;
    lines.push(`sum\t${currency}\t${text.slice(0, -4)}.${text.slice(-4)}`);
  }
  return lines.sort();
}

function tenThousandths(amount: string): bigint {
  const [whole = "", decimals = ""] = amount.split(".");
  return BigInt(whole + decimals.padEnd(4, "0"));
}

/** The first lines that one has and the other has not. */
function differing(ours: readonly string[], theirs: readonly string[]) {
  const [own, other] = [new Set(ours), new Set(theirs)];
  const missing = ours.filter((line) => !other.has(line)).slice(0, 3);
  const further = theirs.filter((line) => !own.has(line)).slice(0, 3);
  return ours.length === theirs.length && missing.length === 0 ? further : [
    `${theirs.length} lines of ${ours.length}`,
    ...missing,
    "but",
    ...further,
  ];
}
