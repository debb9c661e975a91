import type { SecretName } from "#contracts/rejected_webhook.ts";
import type { SendersRefusal } from "../refusals.ts";

/** Of a body that is looked into. Nearly all webhooks are smaller; what is tried on the largest takes some 6 ms. */
export const MAX_EXAMINED_BYTES = 16 * 1024;

/** All of a body, or why there is nothing to look into. */
export type ExaminedBody = Uint8Array | "too_large" | "not_there";

/** What is kept of a request that was refused, until it was looked into. */
export type RefusedRequest = {
  /** The name of one, or `INTERNAL`. */
  readonly provider: string;
  readonly account?: string | undefined;
  readonly refusal: SendersRefusal;
  readonly headers: Headers;
  readonly body: ExaminedBody;
  /** Of the body, if that is known. */
  readonly bodyBytes: number | undefined;
  /** As logs name whoever sent it. */
  readonly sender: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
};

/** A secret that the intake has. */
export type NamedSecret = { readonly name: SecretName; readonly text: string };

export function isAccepted({ name: { which } }: NamedSecret): boolean {
  return which === "current" || which === "previous";
}
