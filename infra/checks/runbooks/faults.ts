/**
 * What goes wrong in rehearsals, and the pages that mend it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { headers } from "#contracts/headers.ts";
import { topics } from "#contracts/topics.ts";
import { leaveOpen } from "#kit/kafka/kafkajs/test_stranger.ts";
import { nowhere } from "#kit/kafka/test_cluster.ts";
import { sleep } from "#runtime/backoff.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { paymentJson } from "#kit/payment.ts";
import { send, signed } from "#kit/provider.ts";
import { sendSigned, stripeCharge } from "#kit/signed_webhooks.ts";
import { until } from "#kit/until.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";
import type { Rehearsal } from "./rehearsal.ts";

export type Fault = {
  /** The end of the sentence "Runbooks mend it when …". */
  readonly when: string;
  /** Pages whose first cause it is, or another: `partition_stopped#2`. */
  readonly pages: readonly string[];
  /** Does it, and goes on doing it until what it returns is called. */
  readonly happens: (rehearsal: Rehearsal) => Promise<void | (() => void)>;
};

const raw = topics.raw.name;
const validated = topics.validated.name;
const deadLetters = topics.deadLetters.name;

const stop = (...parts: readonly string[]): Fault["happens"] => async (it) => {
  await it.run(`deno task stop ${parts.join(" ")}`);
};

/** In an order in which each leaves a stack that is whole. */
export const faults: readonly Fault[] = [
  {
    when: "persistence and both validators were stopped",
    pages: [
      "service_down",
      "group_without_members",
      "group_lag_high",
      "group_lag_lasting",
      "persistence_stalled",
      "stored_late_budget_burn",
    ],
    happens: stop("persistence", "validator", "validator-2"),
  },
  {
    when: "parts were stopped that no payment waits for",
    pages: [
      "auxiliary_service_down",
      "observer_gone",
      "no_traffic",
      "volume_anomaly",
      "anomaly_open",
      "service_instance_down",
    ],
    happens: stop("analytics", "observer", "simulator", "validator-2"),
  },
  {
    when: "the broker was stopped",
    pages: [
      "kafka_away",
      "kafka_offline_partitions",
      "kafka_broker_away",
      "kafka_under_replicated",
      "intake_error_budget_burn_fast",
      "intake_error_budget_burn_slow",
    ],
    happens: stop("kafka"),
  },
  {
    when: "the database was stopped",
    pages: ["database_away"],
    happens: stop("postgres"),
  },
  {
    when: "broker and validator hang",
    pages: ["publish_latency_high", "worker_stalled"],
    async happens(it) {
      await it.freeze("kafka");
      await it.freeze("validator");
    },
  },
  {
    when: "somebody has lowered limits of topics",
    pages: ["outage_suspected", "webhooks_too_large_for_topic"],
    async happens(it) {
      await configure(it, raw, { "max.message.bytes": "3000" });
      await configure(it, validated, { "max.message.bytes": "100" });
      const large = paymentJson({
        eventId: randomUUID(),
        paymentId: "large".repeat(1_000),
        amount: "1",
        currency: "EUR",
      });
      await webhook(it, large);
    },
  },
  {
    when: "the dead-letter topic takes nothing",
    pages: ["dead_letters_unwritable"],
    async happens(it) {
      await configure(it, deadLetters, { "max.message.bytes": "100" });
      await until("a validator waited", async () => {
        await corrupt(it);
        const response = await fetch(`${it.url(8001)}/metrics`);
        return /reason="dead_letter_unwritable"\} [1-9]/
          .test(await response.text());
      }, { everyMs: 200 });
    },
  },
  {
    when: "a topic is gone that services need at their start",
    pages: ["service_restarting"],
    async happens(it) {
      const { admin } = await it.cluster();
      await admin.deleteTopics([deadLetters]);
      await it.run("deno task restart validator --timeout 0 || true");
    },
  },
  {
    when: "somebody has corrupt payments sent",
    pages: [
      "dead_letter_ratio_high",
      "dead_letter_ratio_raised",
      "dead_letter_rate_high",
      "dead_letter_cap_reached",
    ],
    async happens(it) {
      let goesOn = true;
      const sending = async () => {
        while (goesOn) {
          await corrupt(it);
          await sleep(200);
        }
      };
      sending();
      const metrics = async () =>
        await (await fetch(`${it.url(8001)}/metrics`)).text();
      await until(
        "there were letters",
        async () =>
          /error_code="contract_violation"\} [1-9]/.test(await metrics()),
      );
      return () => {
        goesOn = false;
      };
    },
  },
  {
    when: "somebody sends card numbers",
    pages: ["card_data_refused", "card_data_masked"],
    async happens(it) {
      await webhook(it, '{"card":{"number":"4242424242424242"}}');
    },
  },
  {
    when: "a provider sends what no mapping knows",
    pages: ["webhooks_unmapped"],
    async happens(it) {
      await until("the first validator had one", async () => {
        const webhook = stripeCharge({ type: "charge.of_no_mapping" });
        assert.equal(await sendSigned(it.url(8000), webhook), 202);
        const response = await fetch(`${it.url(8001)}/metrics`);
        return /^eventflow_validator_unmapped_total.* [1-9]/m
          .test(await response.text());
      }, { everyMs: 200 });
    },
  },
  {
    when: "a transmission's id comes with another body",
    pages: ["transmission_reused"],
    async happens(it) {
      const { kafka } = await it.cluster();
      const sender = kafka.sender();
      // As the validator writes them: no certificate of PayPal's is here to sign their webhooks.
      const facts = ["49.90", "4990.00"].map((amount, offset) =>
        factRecord(offset, {
          source: "paypal:default",
          type: "captured",
          factId: `capture:${offset}:captured`,
          amount,
          headers: {
            [headers.transmission]: `t-1 ${sha256(amount)}`,
          },
        })
      );
      const key = Buffer.from("order-1");
      await sender.send(
        facts.map(({ topic, value, headers }) => ({
          topic,
          key,
          value,
          headers,
        })),
      );
      await sender.close();
    },
  },
  {
    when: "a stranger has left a transaction open",
    pages: ["partition_held_back"],
    async happens(it) {
      await leaveOpen(new URL(it.url(9092)).host, {
        topic: raw,
        partitions: [0, 1, 2],
        transactionalId: "billing",
      });
    },
  },
  {
    when: "a group's position is past the end of its log",
    pages: ["partition_stopped#2"],
    async happens(it) {
      const { kafka, admin } = await it.cluster();
      await it.run("deno task stop persistence");
      const end = (await admin.endOffsets(validated)).get(0) ?? 0;
      const sender = await kafka.openTransactional(randomUUID(), nowhere);
      await sender.transact([], "persistence-writer", {
        topic: validated,
        partition: 0,
        nextOffset: end + 1_000_000,
      });
      await sender.close();
      await it.run("deno task start --timeout 0 || true");
    },
  },
  {
    when: "the file of the webhook secret was exchanged",
    pages: ["webhook_signatures_rejected", "webhook_timestamps_stale"],
    async happens(it) {
      const secret = "the-secret-that-came-after-it";
      await writeFile(it.secretFile, secret);
      for (let n = 0; n < 16; n++) await webhook(it, "{}", secret);
    },
  },
  {
    when: "there is nothing to mend, as a batch was read wrongly once",
    pages: ["partition_unreadable"],
    happens: () => Promise.resolve(),
  },
];

async function configure(
  it: Rehearsal,
  topic: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const { admin } = await it.cluster();
  const contract = Object.values(topics).find(({ name }) => name === topic);
  if (contract === undefined) throw new Error(`There is no topic ${topic}`);
  await admin.configureTopic(topic, { ...topicConfig(contract), ...config });
}

async function webhook(
  it: Rehearsal,
  body: string,
  secret = "the-secret-of-the-rehearsal",
): Promise<void> {
  await send(it.url(8000), signed(body, { secret }));
}

/** Has the simulator corrupt a payment, where it runs. */
async function corrupt(it: Rehearsal): Promise<void> {
  const id = randomUUID();
  await fetch(`${it.url(8003)}/authorize`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      payment_id: `pay_${id}`,
      order_id: `ord_${id}`,
      amount: 1,
      currency: "EUR",
      force_corruption: true,
    }),
  }).then((response) => response.body?.cancel(), () => {});
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
