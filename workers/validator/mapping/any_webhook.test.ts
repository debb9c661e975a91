/**
 * What holds of every provider's mapping, told by their fixtures and by what becomes of those if they are changed at random.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, type JsonObject, parseEvent } from "#contracts/parse.ts";
import { refuseMoney } from "../currency_rules.ts";
import type { Item, Mapping, Webhook } from "./mapping.ts";
import { mappingOf } from "./rows.ts";
import { Unreadable } from "./unreadable.ts";

const folder = join(import.meta.dirname, "fixtures");

type Told = {
  readonly name: string;
  readonly mapping: Mapping;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
};

const all: readonly Told[] = await Promise.all(
  (await readdir(folder, { recursive: true }))
    .filter((name) => /^[^/]+\/[^/.]+\.json$/.test(name))
    .map(async (name): Promise<Told> => {
      const { headers, body, form } = JSON.parse(
        await readFile(join(folder, name), "utf8"),
      );
      const mapping = mappingOf(name.split("/")[0] ?? "");
      assert.ok(mapping !== undefined, name);
      const fields = () => Object.fromEntries(new URLSearchParams(form));
      return { name, mapping, headers, body: body ?? fields() };
    }),
);

function webhook({ headers, body }: Told): Webhook {
  return {
    body,
    text: JSON.stringify(body),
    account: "main",
    header: (name) => headers[name],
  };
}

/** The event that a fact becomes. */
function eventOf({ mapping }: Told, item: Item & { kind: "fact" }) {
  const { type, id, at, money, payload } = item.fact;
  const event = JSON.stringify({
    event_id: `${mapping.provider}:main:${id}`,
    event_type: type,
    schema_version: 1,
    source: `${mapping.provider}:main`,
    timestamp: at,
    payload: {
      ...payload,
      amount: "@",
      currency: money.currency,
      provider: mapping.provider,
      fact_id: id,
    },
  });
  return parseEvent(
    new TextEncoder().encode(event.replace('"@"', money.amount)),
  );
}

test("each fact is an event that keeps its contract and the rules of money", () => {
  for (const told of all) {
    for (const item of told.mapping.map(webhook(told))) {
      if (item.kind !== "fact") continue;
      const event = eventOf(told, item);
      assert.ok(event.ok, `${told.name}: ${JSON.stringify(event)}`);
      const { amount } = item.fact.money;
      assert.equal(refuseMoney(event.value, amount), undefined, told.name);
    }
  }
});

test("a fact that is told twice is told alike: type, payment, amount and currency", () => {
  const facts = new Map<string, string>();
  for (const told of all) {
    for (const item of told.mapping.map(webhook(told))) {
      if (item.kind !== "fact") continue;
      const { type, money, id, payload } = item.fact;
      const key = `${told.mapping.provider} ${id}`;
      const says = JSON.stringify([type, payload.payment_id, money]);
      assert.equal(facts.get(key) ?? says, says, told.name);
      facts.set(key, says);
    }
  }
});

/** What somebody could put in the place of anything. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    null,
    "",
    " ",
    0,
    -1,
    0.1,
    1e308,
    Number.MAX_SAFE_INTEGER,
    "1e3",
    "49.90",
    "2026-02-30T00:00:00Z",
    "XOF",
    "__proto__",
    "constructor",
    "toString",
  ),
);

/** The value with something else at one place in it. */
function changed(value: unknown, at: readonly number[], to: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined) return to;
  if (Array.isArray(value) && value.length > 0) {
    const index = first % value.length;
    return value.with(index, changed(value[index], rest, to));
  }
  if (!isJsonObject(value)) return to;
  const keys = Object.keys(value);
  const key = keys[first % keys.length];
  return key === undefined
    ? to
    : { ...value, [key]: changed(value[key], rest, to) };
}

test("whatever is changed in a webhook, it says facts by name or cannot be read", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
      anything,
      (told, at, to) => {
        const body = changed(told.body, at, to);
        if (!isJsonObject(body)) return;
        assertReadOrUnreadable({ ...told, body });
      },
    ),
    { numRuns: 1_500 },
  );
});

test("of a body that is anything at all, each mapping says something or cannot read it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.dictionary(
        fc.constantFrom(
          "type",
          "event",
          "event_type",
          "data",
          "payload",
          "kind",
        ),
        anything,
      ),
      (told, body) => assertReadOrUnreadable({ ...told, body }),
    ),
    { numRuns: 500 },
  );
});

function assertReadOrUnreadable(told: Told): void {
  try {
    for (const item of told.mapping.map(webhook(told))) {
      if (item.kind === "fact") assert.notEqual(item.fact.id, "");
      else if (item.kind !== "refused") told.mapping.familyOf(item.type);
    }
  } catch (error) {
    assert.ok(error instanceof Unreadable, `${told.name}: ${error}`);
    assert.notEqual(error.rejection.message, "");
  }
}
