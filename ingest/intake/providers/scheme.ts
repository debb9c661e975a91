import type { z } from "zod";
import type { addressParts, headerParts } from "#contracts/rejected_webhook.ts";
import type { SignatureRefusal } from "../refusals.ts";

type HeaderPart = (typeof headerParts)[number];
type AddressPart = (typeof addressParts)[number];

/** What a body turned out to be: of the key with this id, or why it is not proven. */
export type Verdict = { readonly key: string } | SignatureRefusal;

/** What the headers claim; asked once the body is there. In the same time whichever key fits and whichever byte differs. */
export type Claim = (body: Uint8Array) => Verdict | Promise<Verdict>;

/**
 * One provider's way of signing: a pure function of headers, bytes, keys and time. It never reads a body as text first: what
 * was signed are bytes.
 */
export type Scheme<A> = {
  /** What an account is set up with, beside its name. Each text that is wrong gets a sentence. */
  readonly settings: z.ZodType<A>;
  /** Headers that a signature may be in; none if it is in the body. Lower case. */
  readonly signatureHeaders: readonly string[];
  /** Further headers that say what the body does not, and are kept with it. Lower case. */
  readonly furtherHeaders: readonly string[];
  /**
   * What is wrong with a password that comes beside the signature, if the account has one. It is kept nowhere, so that a stored
   * signature is proven without it.
   */
  credentialFault?(headers: Headers, account: A): SignatureRefusal | undefined;
  /**
   * What the headers say of the signature, or why no body could make them good.
   *
   * @param nowMs milliseconds since the epoch: of a record in the log, when it was received
   */
  claimIn(
    headers: Headers,
    account: A,
    nowMs: number,
  ): Claim | SignatureRefusal;
  /** When it was signed, in milliseconds since the epoch, as far as headers say so: to tell how stale something is. */
  signedAtMs?(headers: Headers): number | undefined;
  /** Headers without which nothing is proven, by what they have: any one of those that are listed. */
  readonly required?: Partial<Record<HeaderPart, readonly string[]>>;
  /** The account as it would be if its retired keys were those that are accepted; undefined if it has none. */
  retired?(account: A): A | undefined;
  /** The account as others may have set it up at the provider, by what differs, if an address is signed. */
  atOtherAddresses?(account: A): readonly (readonly [AddressPart, A])[];
  /** What was in the way last, if a refusal is not the sender's fault: for the log. */
  obstacleOf?(refusal: SignatureRefusal): unknown;
  /** What the provider's sender is told of each refusal, in place of the usual sentence. */
  readonly sentences?: Partial<Record<SignatureRefusal, string>>;
};
