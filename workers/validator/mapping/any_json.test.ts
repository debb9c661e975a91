import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonObject, parseEvent } from "#contracts/parse.ts";
import { Random } from "#kit/random.ts";
import type { Mapping } from "./mapping.ts";
import {
  sentWebhook,
  type WebhookFixture,
  webhookFixtures,
} from "#kit/validator/webhooks.ts";
import { eventTextOf } from "./event_text.ts";
import { itemsOf } from "./items.ts";

/** Of each webhook. Once, 3,000 of each were tried. */
const MUTATIONS = 100;

for (const fixture of webhookFixtures()) {
  const { provider, name, mapping } = fixture;
  test(`nonsense in ${provider}/${name} makes facts of their contract, or is refused`, () => {
    const random = new Random(name.length * 1_000 + provider.length);
    for (let n = 0; n < MUTATIONS; n++) {
      assertItems(mapping, mutated(fixture, random));
    }
  });
}

const byProvider = Map.groupBy(webhookFixtures(), (one) => one.provider);
for (const [provider, fixtures] of byProvider) {
  test(`the mapping of ${provider} bears nonsense under each of its first keys`, () => {
    for (const { mapping, sent } of fixtures.slice(0, 6)) {
      const body = isJsonObject(sent.body) ? sent.body : {};
      for (const key of Object.keys(body)) {
        for (const value of odd) {
          assertItems(mapping, { body: { ...body, [key]: value } });
          assertItems(mapping, { body: { [key]: value } });
        }
      }
    }
  });
}

/** What they say is passed on as they say it, with keys that no mapping has read. */
const inOurForm = new Set(["standard-webhooks"]);

/** What it throws other than `Unreadable` fails the test by itself. */
function assertItems(mapping: Mapping, sent: Record<string, unknown>): void {
  const { provider } = mapping;
  const webhook = sentWebhook({ headers: {}, account: "default", ...sent });
  for (const item of itemsOf(mapping, webhook)) {
    if (item.kind !== "fact") continue;
    const text = eventTextOf(item.fact, { provider, account: "default" });
    const parsed = parseEvent(Buffer.from(text));
    if (parsed.ok) continue;
    const { code, message } = parsed.rejection;
    assert.ok(
      code === "not_portable" && inOurForm.has(provider),
      `${message}\n${text}\nof\n${webhook.text}`,
    );
  }
}

const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  -0,
  0.1,
  4990,
  1e15,
  999_999_999_999_999,
  9007199254740993,
  1e308,
  "",
  " \t",
  "x",
  "0",
  "-5.00",
  "49.90",
  "1e5",
  "0x10",
  "9".repeat(20),
  "EUR",
  "jpy",
  "XXX",
  "true",
  "RESOLVED",
  "2026-02-30T00:00:00Z",
  "2026-01-02T03:04:05+01:00",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "y".repeat(200),
  "constructor",
  "__proto__",
  [],
  [[]],
  [null, {}],
  {},
  { value: 1, currency: "EUR" },
  { toString: "x", valueOf: 1, length: -1 },
  JSON.parse('{"__proto__":{"id":"x"},"constructor":1}'),
  { a: { a: { a: { a: { a: { a: [{ a: 1 }] } } } } } },
];

type Place = { readonly holder: object; readonly key: string };

/** The fixture with one to three of its parts taken away, or replaced by nonsense or by another of its parts. */
function mutated(
  { sent }: WebhookFixture,
  random: Random,
): Record<string, unknown> {
  if (typeof sent.form === "string") {
    return { ...sent, form: mutatedForm(sent.form, random) };
  }
  const body: unknown = typeof sent.text === "string"
    ? JSON.parse(sent.text)
    : structuredClone(sent.body);
  for (let n = random.integer(1, 3); n > 0; n--) {
    const places = placesIn(body);
    if (places.length === 0) break;
    const { holder, key } = random.oneOf(places);
    const other = random.oneOf(places);
    switch (random.integer(0, 3)) {
      case 0:
        Reflect.deleteProperty(holder, key);
        break;
      case 1:
        Reflect.set(
          holder,
          key,
          structuredClone(Reflect.get(other.holder, other.key)),
        );
        break;
      default:
        Reflect.set(holder, key, structuredClone(random.oneOf(odd)));
    }
  }
  return { ...sent, text: undefined, body };
}

function placesIn(value: unknown): Place[] {
  if (!Array.isArray(value) && !isJsonObject(value)) return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value, key },
    ...placesIn(Reflect.get(value, key)),
  ]);
}

function mutatedForm(form: string, random: Random): string {
  const fields = [...new URLSearchParams(form)];
  const at = random.integer(0, fields.length - 1);
  const [name = "", value = ""] = fields[at] ?? [];
  const other = random.oneOf([
    "",
    value.slice(0, random.integer(0, value.length)),
    value.slice(random.integer(0, value.length)),
    btoa("<notification><kind>x</kind></notification>"),
    "\u0000",
    "%",
  ]);
  const rest = fields.filter((_, n) => n !== at);
  return String(
    new URLSearchParams(
      random.next() < 0.2 ? rest : [...rest, [name, other]],
    ),
  );
}
