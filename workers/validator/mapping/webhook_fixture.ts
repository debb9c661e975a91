import type { ErrorCode } from "#contracts/error_codes.ts";
import type { JsonObject } from "#contracts/parse.ts";
import type { Fact, Mapping, Webhook } from "./mapping.ts";
import { Unreadable } from "./unreadable.ts";

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
