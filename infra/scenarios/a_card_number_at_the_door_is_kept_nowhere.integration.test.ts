import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { withCheckDigit } from "#kit/intake/any_cards.ts";
import { headerText } from "#kafka/headers.ts";
import { openPipeline, patientIntake, type Pipeline } from "#kit/pipeline.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";
import { SECRET, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

/** Of 19 digits, so that those which nobody may keep stand nowhere by chance. */
const NUMBER = withCheckDigit("453957876362148612");
const MIDDLE = NUMBER.slice(6, -4);
const TOKEN = "the-token-of-an-internal-service";

const settings = {
  ...patientIntake,
  EVENTFLOW_INGEST_TOKENS: TOKEN,
  EVENTFLOW_INTAKE_REJECTED_BODY_BYTES: "16384",
};

const payment = (card: string) =>
  `{"payment_id":"pay_1","order_id":"ord_1","provider_auth_id":"auth_1","amount":49.90,"currency":"USD",${card}}`;

const event = (card: string) =>
  `{"event_id":"evt_1","event_type":"payment.authorized.v1","source":"a","timestamp":"2026-01-02T03:04:05Z","payload":${
    payment(card)
  }}`;

/** As text, in groups, with escapes in key and value, as a number, in a list, twice. */
const cards = {
  plain: `"card_number":"${NUMBER}"`,
  groups: `"card":{"number":"${NUMBER.replaceAll(/\d{4}/g, "$& ")}"}`,
  escapes: `"c\\u0061rdNumber":"\\u0034${NUMBER.slice(1)}"`,
  list: `"sources":[{"number":["-","${NUMBER}"]}]`,
  twice: `"pan":"${NUMBER}","pan":"none"`,
  code: `"note":"x","cvv":"0937"`,
};

async function post(
  url: string,
  { body, headers }: {
    body: string;
    headers: Readonly<Record<string, string>>;
  },
) {
  const response = await fetch(url, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
}

const handedIn = (card: string) => ({
  body: payment(card),
  headers: { Authorization: `Bearer ${TOKEN}` },
});

/** All that the intake wrote anywhere: its log, its metrics, and both of its topics. */
async function written(processes: Processes, pipeline: Pipeline) {
  const { cluster, topics } = pipeline;
  const metrics = await fetch(`${pipeline.operationsUrl("intake")}/metrics`)
    .then((response) => response.text());
  const raw = await cluster.readAll(topics.raw);
  const rejected = await cluster.readAll(topics.rejected);
  const records = [...raw, ...rejected].map(({ key, value, headers }) =>
    [key, value, ...headers.map(({ value }) => value)].join("\n")
  );
  const log = await readFile(processes.logOf("intake"), "utf8");
  return { log, metrics, raw, rejected, records };
}

/** Whether digits stand in a text, however they are grouped, escaped or coded. */
function tells(text: string, digits: string): boolean {
  const coded = (text.match(/[\w+/]{16,}={0,2}/g) ?? [])
    .map((run) => Buffer.from(run, "base64").toString("latin1"));
  return [text, ...coded].some((one) =>
    one.replaceAll(/\\u003(?=\d)|[ -]/g, "").includes(digits)
  );
}

test("a webhook with a card number is refused, and nobody can find out what it was", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: settings });
    await pipeline.start("intake");
    const intake = pipeline.url("intake");
    const address = `${intake}/api/webhooks/payment-authorized`;
    const answers: string[] = [];
    for (const card of [...Object.values(cards), `"pan":${NUMBER}`]) {
      for (
        const answer of [
          await post(address, signed(event(card))),
          await post(`${intake}/api/ingest`, handedIn(card)),
        ]
      ) {
        assert.equal(answer.status, 422, answer.text);
        answers.push(answer.text);
      }
      // Of these nothing is known to be good; what they are refused for is recorded.
      const forged = signed(event(card), { secret: `not-${SECRET}` });
      answers.push((await post(address, forged)).text);
      answers.push((await post(address, signed(`${event(card)}}`))).text);
    }
    const good = signed(event(`"card":{"last4":"${NUMBER.slice(-4)}"}`));
    assert.equal((await post(address, good)).status, 202);
    await until("all refusals are recorded", async () => {
      const recorded = await pipeline.metric(
        "intake",
        "eventflow_intake_rejections_recorded_total",
        { result: "recorded" },
      );
      return recorded === answers.length;
    });

    const all = await written(processes, pipeline);
    assert.equal(all.raw.length, 1);
    assert.match(all.log, /Card data of payment-provider was refused/);
    assert.match(all.log, /Card data of internal was refused/);
    assert.match(
      all.metrics,
      /eventflow_intake_card_data_total\{provider="payment-provider",kind="card_number",outcome="refused"\} 6/,
    );
    assert.match(
      all.metrics,
      /eventflow_intake_card_data_total\{provider="internal",kind="security_code",outcome="refused"\} 1/,
    );
    assert.ok(all.rejected.length > 0);
    for (const text of [all.log, all.metrics, ...all.records, ...answers]) {
      assert.ok(!tells(text, MIDDLE), text);
      assert.ok(!tells(text, "0937"), text);
    }
  }));

test("a webhook whose card number is masked has its first six and last four digits at most", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { ...settings, EVENTFLOW_CARD_NUMBERS: "mask" },
    });
    await pipeline.start("intake");
    const intake = pipeline.url("intake");
    const address = `${intake}/api/webhooks/payment-authorized`;
    const sent = Object.values(cards);
    for (const card of sent) {
      assert.equal((await post(address, signed(event(card)))).status, 202);
      const { status } = await post(`${intake}/api/ingest`, handedIn(card));
      // The contract takes no key twice.
      assert.equal(status, card === cards.twice ? 422 : 202, card);
    }
    const asNumber = signed(event(`"pan":${NUMBER}`));
    const refused = await post(address, asNumber);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /cannot be masked in a number of JSON/);

    const all = await written(processes, pipeline);
    assert.equal(all.raw.length, 2 * sent.length - 1);
    const byProvider = all.raw.filter(({ headers: its }) =>
      headerText(its, headers.provider) === "payment-provider"
    );
    assert.deepEqual(
      new Set(byProvider.map(({ value }) => value?.length)),
      new Set(sent.map((card) => event(card).length)),
    );
    for (const { value, headers: its } of all.raw) {
      const text = String(value);
      const isCode = text.includes("cvv");
      assert.equal(
        headerText(its, headers.masked),
        isCode ? "security_code" : "card_number",
      );
      assert.match(text, isCode ? /"cvv":"\*{4}"/ : /\*/);
      JSON.parse(text);
    }
    for (const text of [all.log, all.metrics, ...all.records, refused.text]) {
      for (const digits of [MIDDLE, NUMBER.slice(0, 7), NUMBER.slice(-5)]) {
        assert.ok(!tells(text, digits), text);
      }
      assert.ok(!tells(text, "0937"), text);
    }
  }));
