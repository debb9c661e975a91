/**
 * What is known of a webhook that was refused: the value of a record of `events.rejected.v1`. It tells a person why, and
 * nobody how to be accepted: no secret is in it, no signature, and nothing of the body unless the intake is set to keep it.
 *
 * Whoever reads it takes keys and words that it does not know for later ones.
 *
 * @module
 */
import { z } from "zod";
import { NonBlank, Rfc3339 } from "./fields.ts";

/** A secret that the intake has, by its name. */
export const SecretName = z.object({
  /** As in `eventflow-provider`. */
  provider: NonBlank,
  /** Of several at that provider. */
  account: NonBlank.optional(),
  which: z.enum([
    /** Accepted. */
    "current",
    /** Accepted too, while secrets are exchanged. */
    "previous",
    /** Not accepted any more; known to tell who still signs with it. */
    "retired",
    /** Of internal services: it signs nothing. */
    "token",
    /** It stands in the documentation. */
    "documentation",
  ]),
}).meta({ id: "SecretName" });
export type SecretName = z.infer<typeof SecretName>;

/** The secret that fits but for what the cause says; `null` if none does, or the body was not looked into. */
const SignedWith = SecretName.nullable();

const Age = {
  /** By which the timestamp is before or after the intake's clock. */
  seconds: z.int().min(0),
  tolerance_seconds: z.int().min(0),
  signed_with: SignedWith,
};

/** Whose way of signing the headers are, if not the one that the path takes. */
export const schemes = [
  "adyen",
  "checkout",
  "github",
  "gocardless",
  "mollie",
  "paypal",
  "paystack",
  "razorpay",
  "shopify",
  "slack",
  "square",
  "standard_webhooks",
  "stripe",
] as const;

/** How the body that arrived differs from the one that was signed, as `<signed>_to_<arrived>` if that is what changed. */
export const alterations = [
  "newline_added",
  "newline_removed",
  "white_space_added",
  "crlf_to_lf",
  "lf_to_crlf",
  "byte_order_mark_added",
  "byte_order_mark_removed",
  "latin1_to_utf8",
  "utf8_to_latin1",
  "utf16_to_utf8",
  "utf8_to_utf16",
  "encoded_twice",
  /** What was signed is the same JSON: in one line without blanks. */
  "reserialised_from_compact",
  /** In one line, with a blank behind each comma and colon, as Python prints it. */
  "reserialised_from_spaced",
  /** In several lines. */
  "reserialised_from_indented",
  /** With its keys in order. */
  "reserialised_from_sorted_keys",
  /** With other characters written as escapes. */
  "reserialised_from_other_escapes",
  /** With its numbers written otherwise: `49.90` became `49.9`. */
  "reserialised_from_other_numbers",
] as const;

/** What was signed, in place of the timestamp, a full stop and the body. */
export const otherTexts = [
  "body_alone",
  "no_separator",
  "other_separator",
  "body_first",
  "timestamp_in_milliseconds",
  "timestamp_in_iso_8601",
  /** The clock was read twice, once for the header. */
  "timestamp_a_second_off",
] as const;

/** What headers have that a signature needs. */
export const headerParts = [
  "timestamp",
  "signature",
  "id",
  /** Where the certificate is. */
  "certificate",
  /** That comes beside the signature. */
  "password",
] as const;

/** By what the address that was signed differs from the one that is set up. */
export const addressParts = [
  /** http in place of https, or the other way round. */
  "scheme",
  "trailing_slash",
  "scheme_and_trailing_slash",
  "www",
  "port",
  "query",
  /** No address was signed. */
  "nothing",
] as const;

/** How the signature is written, in place of lower-case hex, or of what its provider writes. */
export const signatureEncodings = [
  "hex",
  "upper_case_hex",
  "base64",
  "base64url",
  /** As in `sha256=…` and `v1=…`. */
  "prefixed",
  "quoted",
  /** The header is there twice. */
  "sent_twice",
] as const;

/** How the sender has the secret wrong. */
export const misreadings = [
  "newline_behind",
  "blanks_around",
  "blanks_removed",
  "quoted",
  "decoded_from_hex",
  "decoded_from_base64",
  "without_prefix",
] as const;

/** Of which there is no more to tell than what it was answered with. */
export const plainCauses = [
  "headers_too_large",
  "unsupported_encoding",
  "too_large",
  "body_timeout",
  "broken_body",
  "empty_body",
  /** Or a card's security code. */
  "card_number",
  "missing_token",
  "bad_token",
  "bad_idempotency_key",
  "idempotency_key_reused",
  "not_a_payment",
] as const;

/** Why a webhook was refused, with what can be told of it in numbers and closed words. Later causes are further ones. */
export const RejectionCause = z.discriminatedUnion("cause", [
  z.object({
    cause: z.literal("header_missing"),
    missing: z.array(z.enum(headerParts)).min(1),
  }),
  z.object({
    /** Headers of another way of signing are there instead. */
    cause: z.literal("headers_of_another_scheme"),
    scheme: z.enum(schemes),
  }),
  z.object({
    cause: z.literal("timestamp_malformed"),
    form: z.enum([
      "empty",
      "iso_8601",
      "http_date",
      "fraction",
      "sent_twice",
      "too_long",
      "other",
    ]),
  }),
  z.object({
    /** An integer, but not of seconds. */
    cause: z.literal("timestamp_in_another_unit"),
    unit: z.enum(["milliseconds", "microseconds", "nanoseconds"]),
    signed_with: SignedWith,
  }),
  z.object({ cause: z.literal("stale"), ...Age }),
  z.object({ cause: z.literal("from_the_future"), ...Age }),
  z.object({
    cause: z.literal("signature_encoding"),
    encoding: z.enum(signatureEncodings),
    signed_with: SignedWith,
  }),
  z.object({
    cause: z.literal("signature_truncated"),
    /** Of 64. */
    digits: z.int().min(1).max(63),
    signed_with: SignedWith,
  }),
  z.object({
    cause: z.literal("signature_algorithm"),
    algorithm: z.enum(["md5", "sha1", "sha384", "sha512"]),
    signed_with: SignedWith,
  }),
  z.object({
    cause: z.literal("signature_malformed"),
    form: z.enum(["empty", "too_long", "other"]),
  }),
  z.object({
    /** The secret stands where its signature should, for everybody on the way to read: it needs to be exchanged. */
    cause: z.literal("secret_in_the_open"),
    signed_with: SecretName,
  }),
  /** Signed as it should be, with a secret that is not accepted any more. */
  z.object({ cause: z.literal("retired_secret"), signed_with: SecretName }),
  /** The same, with another secret that the intake has. */
  z.object({ cause: z.literal("another_secret"), signed_with: SecretName }),
  z.object({
    /** Signed as it should be, for an address that is not the one that is set up. */
    cause: z.literal("another_address_signed"),
    differs: z.enum(addressParts),
    signed_with: SecretName,
  }),
  /** What comes beside the signature is not the password that is set up. */
  z.object({ cause: z.literal("wrong_password") }),
  z.object({
    cause: z.literal("documentation_secret"),
    signed_with: SecretName,
  }),
  z.object({
    cause: z.literal("secret_misread"),
    misreading: z.enum(misreadings),
    signed_with: SecretName,
  }),
  z.object({
    cause: z.literal("body_altered"),
    alteration: z.enum(alterations),
    signed_with: SecretName,
  }),
  z.object({
    cause: z.literal("another_text_signed"),
    text: z.enum(otherTexts),
    signed_with: SecretName,
  }),
  /** A signature as it should be, which no known secret made of this body, nor of any that it is likely to have been. */
  z.object({ cause: z.literal("unknown_secret") }),
  z.object({
    /** A signature as it should be, of a body that was not looked into. */
    cause: z.literal("body_not_examined"),
    why: z.enum(["too_large", "not_there"]),
  }),
  z.object({
    cause: z.literal("not_json"),
    form: z.enum([
      "not_utf8",
      "byte_order_mark",
      "form_data",
      "xml",
      "broken_off",
      "other",
    ]),
  }),
  z.object({
    cause: z.literal("not_an_object"),
    form: z.enum(["array", "string", "number", "boolean", "null"]),
  }),
  z.object({ cause: z.enum(plainCauses) }),
]);
export type RejectionCause = z.infer<typeof RejectionCause>;

export const RejectedWebhook = z.object({
  /** When the intake answered. */
  at: Rfc3339,
  /** Whose path it was sent to, or `internal`. */
  provider: NonBlank,
  /** Of several at that provider. */
  account: NonBlank.optional(),
  /** What it was answered with. */
  status: z.int().min(400).max(599),
  /** As in the label `result` of `eventflow_intake_requests_total`. */
  result: NonBlank,
  why: RejectionCause,
  /** How many refusals this record stands for, itself included: of a flood only a sample is looked into. */
  refusals: z.int().min(1),
  /** Who sent it: an address; of IPv6 the network; `unknown`. */
  sender: NonBlank,
  /** Printable ASCII, cut. */
  user_agent: z.string().max(120).nullable(),
  /**
   * The same of all that has the same signature: the beginning of its SHA-256. `null` if there is none, or it may be
   * something else.
   */
  signature_id: z.string().regex(/^[0-9a-f]{16}$/).nullable(),
  body: z.object({
    /** `null` if that is not known. */
    bytes: z.int().min(0).nullable(),
    /** Without parameters, in lower case. */
    content_type: z.string().max(80).nullable(),
    /** Whether the cause was looked for in it too. */
    is_examined: z.boolean(),
    /** Its beginning, if the intake is set to keep it. */
    beginning_base64: z.base64().optional(),
    /** Whether it is left out though the intake is set to keep it, since the body may have a card number. */
    is_withheld: z.literal(true).optional(),
  }),
});
export type RejectedWebhook = z.infer<typeof RejectedWebhook>;

/** All of them. */
export const causes = RejectionCause.options.flatMap(({ shape: { cause } }) =>
  "options" in cause ? cause.options : [...cause.values]
);
