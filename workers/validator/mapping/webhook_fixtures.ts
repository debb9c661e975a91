/**
 * What the tests of mappings share: webhooks as providers send them, with the items that are made of them.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { textAt } from "./fields.ts";
import type { Fact, Item, Mapping, Webhook } from "./mapping.ts";
import { mappingOf } from "./rows.ts";
import { Unreadable } from "./unreadable.ts";

/** A webhook of `fixtures/<provider>/<name>.json`. */
export type WebhookFixture = {
  readonly provider: string;
  readonly name: string;
  readonly mapping: Mapping;
  /** As the file has it: `headers`, `account`, and `body` (JSON), `text` (JSON as text, for the digits of a number) or `form`. */
  readonly sent: JsonObject;
  /** What `<name>.facts.json` has: the items, in their order. */
  readonly expected: unknown;
};

const folder = new URL("fixtures/", import.meta.url);

/** @param only of one provider; else of all */
export function webhookFixtures(only?: string): WebhookFixture[] {
  return readdirSync(folder).filter((name) => !only || name === only)
    .flatMap((provider) => {
      const mapping = mappingOf(provider);
      if (mapping === undefined) throw new Error(`No mapping of ${provider}`);
      const own = new URL(`${provider}/`, folder);
      return readdirSync(own)
        .filter((file) => !file.endsWith(".facts.json"))
        .map((file) => {
          const name = file.replace(/[.]json$/, "");
          const facts = new URL(`${name}.facts.json`, own);
          const sent = read(new URL(file, own));
          if (!isJsonObject(sent)) throw new Error(`${file} is no object`);
          const expected = existsSync(facts) ? read(facts) : undefined;
          return { provider, name, mapping, sent, expected };
        });
    });
}

function read(file: URL): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The webhook as the validator gives it to its mapping. */
export function webhookOf(sent: JsonObject): Webhook {
  const headers = new Map(
    isJsonObject(sent.headers)
      ? Object.entries(sent.headers)
        .map(([name, value]) => [name.toLowerCase(), String(value)])
      : [],
  );
  const form = textAt(sent, "form");
  const text = form ?? textAt(sent, "text") ?? JSON.stringify(sent.body);
  return {
    body: form === undefined
      ? JSON.parse(text)
      : Object.fromEntries(new URLSearchParams(form)),
    text,
    account: textAt(sent, "account") ?? "default",
    header: (name) => headers.get(name),
  };
}

/** What becomes of it. What is thrown, other than `Unreadable`, is a mistake of the mapping. */
export function itemsOf(mapping: Mapping, webhook: Webhook): readonly Item[] {
  try {
    return mapping.map(webhook);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return [{ kind: "refused", rejection: error.rejection }];
  }
}

/** A fact in the envelope that the validated topic has it in. */
export function eventTextOf(
  { type, id, at, money, payload }: Fact,
  { provider, account }: { provider: string; account: string },
): string {
  const source = `${provider}:${account}`;
  const rest = { ...payload, currency: money.currency, provider, fact_id: id };
  const event = {
    event_id: `${source}:${id}`,
    event_type: type,
    schema_version: 1,
    source,
    timestamp: at,
    payload: 0,
  };
  // The amount is put in as text: a number would be a double.
  const inner = `{"amount":${money.amount},${JSON.stringify(rest).slice(1)}`;
  return JSON.stringify(event).replace(/0\}$/, () => `${inner}}`);
}
