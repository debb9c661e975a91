import assert from "node:assert/strict";
import { test } from "node:test";
import { textWithoutEnrichment } from "#contracts/enriched_text.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PaymentEnriched } from "#contracts/events/payment_enriched.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { headerText } from "#kafka/headers.ts";
import {
  LATER_HEADER,
  LATER_TYPE,
  startNewerValidator,
} from "#kit/later_version.ts";
import type { Accepted } from "#kit/load.ts";
import { smallBatches } from "#kit/mid_batch.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled, untilFinished } from "#kit/proof.ts";
import { inSequences, send, signed } from "#kit/provider.ts";
import { readLogRecord } from "../../workers/sentinel/counts/counts_log.ts";

const PAYMENTS = 20;

/** What each type asks for, with a further word in what it says. */
const known: readonly (readonly [type: string, more: string])[] = [
  [
    PAYMENT_AUTHORIZED,
    '"customer_id":"c-1","instrument":{"kind":"card","by":"watch"}',
  ],
  [PAYMENT_CAPTURED, '"capture_id":"cap-1","batch":{"day":3}'],
  [PAYMENT_REFUNDED, '"refund_id":"re-1","why":["asked","late"]'],
  [
    PAYMENT_FAILED,
    '"stage":"authorize","decline":{"class":"soft","code":"51","advice":"unknown","again_in":60}',
  ],
  [
    PAYMENT_DISPUTED,
    '"dispute_id":"du-1","state":"opened","network_case":null',
  ],
];
const later: typeof known = [[
  LATER_TYPE,
  '"settled_at":"2026-01-03","batch":"b-1"',
]];

/** No double has these digits. */
const FEE = "12345678901234567890.0123456789";

/** What a provider adds beside: written as nothing that reads and writes JSON would write it. */
const grown = {
  payload:
    `"fee":${FEE},"of":{"risk_score":1.0,"enrichment":{}} , "\\u0073ca":1e0`,
  envelope:
    `"schema_minor":7, "trace" : {"payload":{"risk_score":1},"x":[-0,1.10]}`,
};

type Sent = Accepted & { readonly body: string };

test("a schema that grows breaks nothing: fields, headers and a type that readers do not know", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { ...smallBatches, ...patientIntake },
    });
    const { cluster, topics, sql } = pipeline;
    await pipeline.start(
      "intake",
      "validator",
      "analytics",
      "persistence",
      "enrichment",
      "sentinel",
    );
    const before = await sendAll(pipeline, "before", known);
    await untilFinished(pipeline);
    // The validator is the first to be upgraded.
    await processes.stop("validator");
    await startNewerValidator(processes, pipeline);
    const after = await sendAll(pipeline, "after", [...known, ...later]);
    const sent = [...before, ...after];
    // One row each, no dead letter, in order, and the audit balances.
    await proveNothingLostOrDoubled(pipeline, sent);

    const bodies = sent.map(({ body }) => body).sort();
    const validated = await cluster.readAll(topics.validated);
    assert.deepEqual(
      validated.map(({ value }) => String(value)).sort(),
      bodies,
    );
    const enriched = await cluster.readAll(topics.enriched);
    const plain = enriched.map(({ value }) =>
      textWithoutEnrichment(String(value))
    );
    assert.deepEqual(plain.sort(), bodies);
    const laterHeaders = enriched.filter(({ headers }) =>
      headerText(headers, LATER_HEADER) === "2"
    );
    assert.equal(laterHeaders.length, after.length);
    for (const { value } of enriched) {
      const { event_type, enrichment } = PaymentEnriched.parse(
        JSON.parse(String(value)),
      );
      if (event_type !== LATER_TYPE) continue;
      assert.deepEqual(enrichment.facts.missing, ["event_type"]);
    }

    const rows = await sql<{ event_type: string; fee: string; sca: string }[]>`
      select event_type, payload->>'fee' as fee, payload->>'sca' as sca from events`;
    assert.deepEqual(new Set(rows.map(({ fee }) => fee)), new Set([FEE]));
    const ofLaterType = rows.filter(({ event_type }) =>
      event_type === LATER_TYPE
    );
    assert.equal(ofLaterType.length, PAYMENTS);
    const counted = (labels = {}) =>
      pipeline.metric(
        "analytics",
        "eventflow_analytics_by_event_type_total",
        labels,
      );
    assert.equal(await counted(), sent.length);
    assert.equal(await counted({ event_type: "other" }), PAYMENTS);
    assert.equal(await countedBySentinel(pipeline), sent.length);
  }));

/** Sends each payment's events, one after the other. */
async function sendAll(
  pipeline: Pipeline,
  when: string,
  types: typeof known,
): Promise<Sent[]> {
  const payments = Array.from({ length: PAYMENTS }, (_, index): Sent[] => {
    const paymentId = `pay-${index}-${when}`;
    return types.map(([type, more], sequence) => {
      const eventId = `${paymentId}:${sequence}`;
      const json = paymentJson({
        eventId,
        paymentId,
        more: `${more},${grown.payload}`,
      })
        .replace(PAYMENT_AUTHORIZED, type);
      const body = `${json.slice(0, -1)},${grown.envelope}}`;
      return { eventId, paymentId, sequence, isGood: true, body };
    });
  });
  await inSequences(payments, 10, async ({ body }) => {
    assert.equal(await send(pipeline.url("intake"), signed(body)), 202);
  });
  return payments.flat();
}

async function countedBySentinel(
  { cluster, topics }: Pipeline,
): Promise<number> {
  const log = await cluster.readAll(topics.sentinelCounts);
  return log.flatMap(({ value }) => {
    const record = readLogRecord(value);
    return record?.kind === "counts" ? record.slots : [];
  }).reduce((sum, { counts }) => sum + (counts.of.facts ?? 0), 0);
}
