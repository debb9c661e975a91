/**
 * Raw records as the intake writes them, of all providers' shapes, without a request for each: what a provider says is told and
 * signed by the simulator, and proven, keyed and put into a record by the intake's own functions.
 *
 * @module
 */
import { formFields } from "#contracts/form.ts";
import { type JsonObject, parseJsonObject } from "#contracts/parse.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { Random } from "#kit/random.ts";
import { madeUp, paypalScheme, voices } from "#kit/simulator/test_voices.ts";
import { ProviderAccounts } from "../../../ingest/intake/providers/accounts.ts";
import { rawRecord } from "../../../ingest/intake/raw_record.ts";
import {
  sourceOfAccount,
  type WebhookSource,
} from "../../../ingest/intake/webhook_source.ts";
import type { Message } from "../../../ingest/simulator/message.ts";
import { corruptMoment } from "../../../ingest/simulator/voices/corruption.ts";
import { Lives, type Moment } from "../../../ingest/simulator/voices/life.ts";
import { messageOf } from "../../../ingest/simulator/voices/speaker.ts";
import type { AnyVoice } from "../../../ingest/simulator/voices/voices.ts";

export type RawWebhooks = {
  readonly topic: string;
  /** How many records. */
  readonly count: number;
  /** When the first was received, in milliseconds since the epoch; each is received one later than the one before. */
  readonly beganMs: number;
  /** The same for the same seed, but for secrets. */
  readonly seed: number;
};

/** Of a hundred webhooks so many say what no mapping can take, and so many are sent again. */
const REFUSED = 1;
const REPEATED = 2;

/** Things in a notification of Adyen's, at most. */
const MOST_ITEMS = 4;

/** Records that go to Kafka together. */
const AT_ONCE = 500;

/** A signature by certificate takes a millisecond to make and to prove, so PayPal is heard less often. */
const weights = voices.map(({ provider }) =>
  [provider, provider === "paypal" ? 1 : provider === "adyen" ? 6 : 4] as const
);

/** A provider's account as both ends know it. */
type Speaker = {
  readonly voice: AnyVoice;
  readonly settings: unknown;
  readonly lives: Lives;
  readonly source: WebhookSource;
};

/** @throws {Error} if the intake would refuse one: then they are not what is to be measured with */
export async function* rawWebhooks(
  { topic, count, beganMs, seed }: RawWebhooks,
): AsyncGenerator<OutgoingRecord[]> {
  const random = new Random(seed);
  let atMs = beganMs;
  const speakers = new Map(
    voices.map((
      voice,
    ) => [voice.provider, speakerOf(voice, random, () => atMs)]),
  );
  let batch: OutgoingRecord[] = [];
  let earlier: ((atMs: number) => OutgoingRecord) | undefined;
  for (let n = 0; n < count; n++) {
    atMs = beganMs + n;
    const isRepeated = random.next() * 100 < REPEATED;
    if (earlier === undefined || !isRepeated) {
      const speaker = speakers.get(random.weighted(weights));
      if (speaker === undefined) throw new Error("There is nobody to speak");
      earlier = await webhook(speaker, { random, topic, atMs });
    }
    batch.push(earlier(atMs));
    if (batch.length === AT_ONCE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function speakerOf(
  voice: AnyVoice,
  random: Random,
  now: () => number,
): Speaker {
  const { provider } = voice;
  const settings = madeUp(provider);
  const account = ProviderAccounts.in(
    JSON.stringify({ accounts: [{ provider, ...settings }] }),
    "The measurement",
    "development",
  ).find(provider);
  if (account === undefined) throw new Error(`${provider} has no account`);
  const { row } = account;
  return {
    voice,
    settings: voice.settings.parse(settings),
    lives: new Lives({ ...voice, random: () => random.next(), now }),
    source: sourceOfAccount(
      provider === "paypal"
        ? { ...account, row: { ...row, scheme: paypalScheme } }
        : account,
    ),
  };
}

/** One webhook, as the record that it is whenever it is received. */
async function webhook(
  speaker: Speaker,
  { random, topic, atMs }: { random: Random; topic: string; atMs: number },
): Promise<(atMs: number) => OutgoingRecord> {
  const { voice, settings, source } = speaker;
  const { headers: sent, body } = voice.sign(
    messageIn(speaker, random),
    settings,
    atMs,
  );
  const headers = new Headers(sent);
  const claim = source.claimIn(headers, atMs);
  const verdict = typeof claim === "string" ? claim : await claim(body);
  if (typeof verdict === "string") {
    throw new Error(`The intake would refuse ${voice.provider}: ${verdict}`);
  }
  const { key } = source.about(eventIn(body, source), headers);
  const proof = source.proof(headers, verdict);
  return (receivedAtMs) =>
    rawRecord({
      provider: source.provider,
      topic,
      key,
      body,
      receivedAtMs,
      proof,
      trace: { traceparent: undefined, tracestate: undefined },
    });
}

/** What is told next: one thing, or of Adyen at times several, of payments of their own. */
function messageIn({ voice, lives }: Speaker, random: Random): Message {
  const things = voice.provider === "adyen" ? random.integer(1, MOST_ITEMS) : 1;
  const all = Array.from(
    { length: things },
    () => messageOf(voice, nextMoment(lives, random)),
  );
  const [first] = all;
  if (first === undefined) throw new Error("There is nothing to say");
  return all.length === 1 ? first : together(all);
}

function nextMoment(lives: Lives, random: Random): Moment {
  const { moment, done } = lives.next();
  done();
  if (random.next() * 100 >= REFUSED) return moment;
  const mode = random.oneOf(["negative_amount", "unknown_currency"] as const);
  return corruptMoment(moment, mode);
}

/** Notifications of Adyen's in one. */
function together(all: readonly Message[]): Message {
  const told = all.map(({ body }) => objectIn(body));
  const notificationItems = told.flatMap(({ notificationItems }) =>
    notificationItems
  );
  return {
    body: new TextEncoder().encode(
      JSON.stringify({ ...told[0], notificationItems }),
    ),
  };
}

function eventIn(body: Uint8Array, { form }: WebhookSource): JsonObject {
  return form === "form" ? formFields(body) : objectIn(body);
}

function objectIn(body: Uint8Array): JsonObject {
  const parsed = parseJsonObject(body);
  if (!parsed.ok) throw new Error(parsed.rejection.message);
  return parsed.value;
}
