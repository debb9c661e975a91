import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudEventHeaders } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { assertBalanced } from "#kit/audit.ts";
import { unsaidHeaders } from "#kit/headers_said.ts";
import { deadLetters } from "#kit/outcomes.ts";
import {
  openPipeline,
  patientIntake,
  type ServiceName,
} from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { inSequences, send } from "#kit/provider.ts";
import { Random } from "#kit/random.ts";
import { kindNames, makeTraffic, type Request } from "#kit/any_requests.ts";
import { until } from "#kit/until.ts";

const SEED = 20_260_102;
const REQUESTS = 2_000;

test("two thousand webhooks end as the rows and dead letters they should, and each fact says its attributes of CloudEvents if that is set", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { ...patientIntake, EVENTFLOW_CLOUDEVENTS: "true" },
    });
    const { cluster, topics, sql } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");

    const sequences = makeTraffic(new Random(SEED), REQUESTS);
    const requests = sequences.flat();
    assert.deepEqual(
      new Set(requests.map(({ kind }) => kind)),
      new Set(kindNames),
      "every kind of request occurs",
    );
    const of = (...fates: Request["fate"][]) =>
      requests.filter(({ fate }) => fates.includes(fate));
    const accepted = requests.filter(({ fate }) => fate !== undefined);
    const toStore = of("row", "duplicate", "conflicting_duplicate");
    const refusedByValidator = accepted.length - toStore.length;

    // Each is answered with the status it deserves.
    const answers = new Map<Request, number>();
    await inSequences(sequences, 16, async (request) => {
      answers.set(request, await send(pipeline.url("intake"), request.webhook));
    });
    assert.deepEqual(
      requests.map((request) => [request.kind, answers.get(request)]),
      requests.map(({ kind, status }) => [kind, status]),
    );

    await untilFinished(pipeline);
    const raw = await cluster.readAll(topics.raw);
    const validated = await cluster.readAll(topics.validated);
    const letters = await deadLetters(pipeline);

    // What was accepted is in the raw topic, byte for byte and in order, and nothing else is.
    const bodies = (some: readonly Request[]) =>
      some.map(({ webhook }) => webhook.body);
    assert.deepEqual(
      byPayment(raw),
      byPayment(accepted.map(({ key, webhook }) => ({
        key,
        value: webhook.body,
      }))),
    );

    // Each raw record is one validated record, in the order of its payment, or one dead letter.
    const placeOf = (topic: string, partition: number, offset: number) =>
      `${topic}/${partition}/${offset}`;
    const letterOf = new Map(
      letters.map((letter) => [
        placeOf(
          letter.source_topic,
          letter.source_partition,
          letter.source_offset,
        ),
        letter,
      ]),
    );
    assert.equal(letterOf.size, letters.length, "no record has two letters");
    const letterFor = ({ topic, partition, offset }: ReceivedRecord) =>
      letterOf.get(placeOf(topic, partition, offset));
    assert.deepEqual(
      byPayment(validated),
      byPayment(raw.filter((record) => letterFor(record) === undefined)),
    );
    assert.deepEqual(
      validated.map(({ value }) => String(value)).sort(),
      bodies(toStore).sort(),
    );

    // Each fact says what it is without being parsed, and nothing says what is not published.
    for (const { value, headers } of validated) {
      const said = JSON.parse(String(value));
      assert.equal(headerText(headers, cloudEventHeaders.specversion), "1.0");
      assert.equal(headerText(headers, cloudEventHeaders.id), said.event_id);
      assert.equal(
        headerText(headers, cloudEventHeaders.type),
        said.event_type,
      );
      assert.equal(headerText(headers, cloudEventHeaders.time), said.timestamp);
    }
    assert.deepEqual(await unsaidHeaders(pipeline), []);

    // A dead letter says why, and which record it was.
    const reasons = new Map(
      accepted.map(({ webhook, fate }) => [webhook.body, fate]),
    );
    for (const record of [...raw, ...validated]) {
      const letter = letterFor(record);
      if (letter === undefined) continue;
      assert.equal(letter.error_code, reasons.get(String(record.value)));
      assert.deepEqual(
        letter.original.value_base64,
        record.value?.toString("base64"),
      );
    }
    assert.deepEqual(
      countBy(
        letters,
        (letter) => `${letter.failed_service} ${letter.error_code}`,
      ),
      countBy(
        accepted.filter(({ fate }) => fate !== "row" && fate !== "duplicate"),
        ({ fate }) =>
          fate === "conflicting_duplicate"
            ? `persistence-writer ${fate}`
            : `validator-service ${fate}`,
      ),
    );

    // Each good event is one row.
    const rows = await sql`
      select event_id, payment_id, amount::text as amount, currency from events`;
    assert.deepEqual(
      byEvent(rows.map((row) => ({ ...row, event_id: String(row.event_id) }))),
      byEvent(
        of("row").map(({ payment }) => ({
          event_id: payment.eventId,
          payment_id: payment.paymentId,
          amount: payment.amount,
          currency: payment.currency,
        })),
      ),
    );

    // The services count the same.
    const counted: [ServiceName, string, Record<string, string>, number][] = [
      ["intake", "intake_requests_total", {}, REQUESTS],
      ["intake", "intake_requests_total", { result: "accepted" }, raw.length],
      ["validator", "validator_events_consumed_total", {}, raw.length],
      ["validator", "validator_events_validated_total", {}, toStore.length],
      ["validator", "validator_events_dlq_total", {}, refusedByValidator],
      ["validator", "dead_letters_total", {}, refusedByValidator],
      ["analytics", "analytics_total_processed_total", {}, toStore.length],
      [
        "analytics",
        "analytics_duplicates_total",
        {},
        of("duplicate", "conflicting_duplicate").length,
      ],
      ["persistence", "persistence_consumed_total", {}, toStore.length],
      ["persistence", "persistence_stored_total", {}, of("row").length],
      [
        "persistence",
        "persistence_duplicates_total",
        {},
        of("duplicate").length,
      ],
      [
        "persistence",
        "persistence_dlq_published_total",
        {},
        of("conflicting_duplicate").length,
      ],
      ["validator", "consumer_lag_records", { topic: topics.raw }, 0],
      ["analytics", "consumer_lag_records", { topic: topics.validated }, 0],
      ["persistence", "consumer_lag_records", { topic: topics.validated }, 0],
    ];
    for (const [service, metric, labels, expected] of counted) {
      let seen: number | undefined;
      await until(`${metric} of ${service} was ${expected}`, async () => {
        seen = await pipeline.metric(service, `eventflow_${metric}`, labels);
        return seen === expected;
      }).catch((error) => {
        throw new Error(`${error.message}: it is ${seen}`);
      });
    }
    await assertBalanced(
      pipeline,
      accepted.map(({ payment }) => payment.eventId),
    );
  }));

type Entry = {
  readonly key: { toString(): string } | null;
  readonly value: { toString(): string } | null;
};

/** What each payment's records say, in their order. */
function byPayment(records: readonly Entry[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const { key, value } of records) {
    (groups[String(key)] ??= []).push(String(value));
  }
  return groups;
}

function byEvent<T extends { event_id: string }>(
  rows: readonly T[],
): Record<string, T> {
  return Object.fromEntries(rows.map((row) => [row.event_id, row]));
}

function countBy<T>(
  items: readonly T[],
  name: (item: T) => string,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  }
  return counts;
}
