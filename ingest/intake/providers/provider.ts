import type { DescribeRouteOptions } from "hono-openapi";
import type { Config, Settings } from "#runtime/config.ts";
import type { RejectionCause } from "#contracts/rejected_webhook.ts";
import type { SignatureRefusal } from "../refusals.ts";
import type {
  NamedSecret,
  RefusedRequest,
} from "../rejections/refused_request.ts";

/**
 * Who sends webhooks, and how it is told that they are theirs: a row of `table.ts`. It translates nothing: the body is
 * kept as it was signed, and what is no event of `contracts/events/` the validator makes a dead letter.
 */
export type Provider<S extends Settings> = {
  /** What raw records call it, in their header `eventflow-provider`. */
  readonly name: string;
  /** Where its webhooks are taken in. */
  readonly path: string;
  /** Its secrets and tolerances, by keys that no other setting of the intake has. */
  readonly settings: S;
  /** Its endpoint in the reference of the API. */
  readonly description: Pick<
    DescribeRouteOptions,
    "operationId" | "summary" | "parameters"
  >;
  /** The header that a signature is in. */
  readonly signatureHeader: string;
  /** What its sender is told. */
  readonly sentences: Partial<Readonly<Record<SignatureRefusal, string>>>;
  /**
   * What the headers say of the signature, or why no body could make them good. All that can be known without
   * the body is asked here, before it is read.
   *
   * @param at.nowMs milliseconds since the epoch
   */
  signatureIn(
    headers: Headers,
    at: { readonly config: Config<S>; readonly nowMs: number },
  ): ClaimedSignature | SignatureRefusal;
  /** All secrets of it that are known, those that are accepted first. */
  secretsOf(config: Config<S>): readonly NamedSecret[];
  /**
   * Why `signatureIn` or `isOf` has refused a request: asked for a few of them, long after they were answered. It takes
   * the same work whichever secret fits.
   *
   * @param known.secrets of all providers, its own first
   */
  explain(
    refused: RefusedRequest,
    known: {
      readonly config: Config<S>;
      readonly secrets: readonly NamedSecret[];
    },
  ): RejectionCause;
};

/** A signature that headers claim. */
export type ClaimedSignature = {
  /** Whether one of the secrets made it of this body; in the same time whichever did, and whichever byte differs. */
  isOf(body: Uint8Array): boolean;
};
