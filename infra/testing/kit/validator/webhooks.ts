/**
 * What the tests of mappings share: webhooks as providers send them, with the items that are made of them.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ErrorCode } from "#contracts/error_codes.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { textAt } from "../../../../workers/validator/mapping/fields.ts";
import type {
  Fact,
  Mapping,
  Webhook,
} from "../../../../workers/validator/mapping/mapping.ts";
import { mappingOf } from "../../../../workers/validator/mapping/rows.ts";
import { Unreadable } from "../../../../workers/validator/mapping/unreadable.ts";

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

const folder = new URL(
  "../../../../workers/validator/mapping/fixtures/",
  import.meta.url,
);

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
export function sentWebhook(sent: JsonObject): Webhook {
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

/**
 * A webhook with a body, as the log has it.
 *
 * @param over what is otherwise: its headers, its text
 */
export function webhookOf(
  body: JsonObject,
  { headers = {}, text = JSON.stringify(body), receivedAt }: {
    headers?: Readonly<Record<string, string>>;
    text?: string;
    receivedAt?: string;
  } = {},
): Webhook {
  return {
    body,
    text,
    account: "main",
    header: (name) => headers[name],
    receivedAt,
  };
}

/** The facts that a webhook is made into, without what else it says. */
export function factsOf(mapping: Mapping, webhook: Webhook): Fact[] {
  return mapping.map(webhook).flatMap((item) =>
    item.kind === "fact" ? [item.fact] : []
  );
}

/** Whether a webhook was refused with a code. */
export function isRefused(code: ErrorCode): (error: unknown) => boolean {
  return (error) =>
    error instanceof Unreadable && error.rejection.code === code;
}
