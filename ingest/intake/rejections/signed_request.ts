import type {
  RejectionCause,
  SecretName,
} from "#contracts/rejected_webhook.ts";
import { earlierBodies } from "./altered_bodies.ts";
import { type Candidate, firstFitting, isSameText } from "./candidates.ts";
import {
  type ExaminedBody,
  isAccepted,
  type NamedSecret,
} from "./refused_request.ts";
import { misread } from "./secret_misreadings.ts";
import type { SignatureText } from "./signature_text.ts";

type AnotherText = Extract<RejectionCause, { cause: "another_text_signed" }>;
type Text = Candidate<never>["text"];

/** A beginning of so many hex digits is nobody's chance. */
const PROVING_DIGITS = 16;

/** A refused request as its provider signs, with what the intake knows to compare it with. */
export type SignedRequest = {
  readonly body: ExaminedBody;
  /** What is signed of a body. */
  readonly signedText: (body: Uint8Array) => Text;
  /** What a sender may sign instead, of the body as it arrived. */
  readonly otherTexts: (
    body: Uint8Array,
  ) => readonly (readonly [AnotherText["text"], Text])[];
  /** Its provider's own ones, and all others that the intake has. */
  readonly secrets: readonly NamedSecret[];
};

/** Which secret made a signature of the body as it arrived; `null` if none did, or the body is not known. */
export function signedWith(
  { body, signedText, secrets }: SignedRequest,
  { hex, algorithm }: { hex: string; algorithm?: string },
): SecretName | null {
  if (typeof body === "string" || hex.length < PROVING_DIGITS) return null;
  const candidates = secrets.map(({ name, text: key }) => ({
    key,
    text: signedText(body),
    why: name,
    ...algorithm !== undefined && { algorithm },
  }));
  return firstFitting(candidates, hex) ?? null;
}

/** Why a signature that is not right is not. */
export function causeOfSignature(
  text: string,
  read: SignatureText,
  request: SignedRequest,
): RejectionCause {
  const inTheOpen = secretIn(text, request.secrets);
  if (inTheOpen !== undefined) {
    return { cause: "secret_in_the_open", signed_with: inTheOpen };
  }
  const { is, hex } = read;
  switch (is) {
    case "malformed":
      return { cause: "signature_malformed", form: read.form };
    case "encoded":
      return {
        cause: "signature_encoding",
        encoding: read.encoding,
        signed_with: signedWith(request, { hex }),
      };
    case "truncated":
      return truncated(hex, signedWith(request, { hex }));
    case "of another algorithm": {
      const { algorithm } = read;
      const signed_with = signedWith(request, { hex, algorithm });
      // As many digits may be the beginning of a longer signature.
      const begun = hex.length < 64 ? signedWith(request, { hex }) : null;
      return begun === null
        ? { cause: "signature_algorithm", algorithm, signed_with }
        : truncated(hex, begun);
    }
    case "as it should be":
      return causeOfWhole(hex, request);
  }
}

function truncated(hex: string, name: SecretName | null): RejectionCause {
  return {
    cause: "signature_truncated",
    digits: hex.length,
    signed_with: name,
  };
}

/** Of a signature in whose form nothing is wrong, so that only the body can tell. */
function causeOfWhole(hex: string, request: SignedRequest): RejectionCause {
  const { body } = request;
  if (typeof body === "string") {
    return { cause: "body_not_examined", why: body };
  }
  return firstFitting(candidatesOf(body, request), hex) ??
    { cause: "unknown_secret" };
}

function* candidatesOf(
  body: Uint8Array,
  { signedText, otherTexts, secrets }: SignedRequest,
): Generator<Candidate<RejectionCause>> {
  const text = signedText(body);
  for (const secret of secrets) {
    yield { key: secret.text, text, why: causeOfSecret(secret) };
  }
  for (const { text: key, name: signed_with } of secrets.filter(isAccepted)) {
    for (const [misreading, misreadKey] of misread(key)) {
      const why = { cause: "secret_misread", misreading, signed_with } as const;
      yield { key: misreadKey, text, why };
    }
    for (const [other, text] of otherTexts(body)) {
      const why = {
        cause: "another_text_signed",
        text: other,
        signed_with,
      } as const;
      yield { key, text, why };
    }
  }
  for (const [alteration, earlier] of earlierBodies(body)) {
    const text = signedText(earlier);
    for (const { text: key, name: signed_with } of secrets.filter(isAccepted)) {
      const why = { cause: "body_altered", alteration, signed_with } as const;
      yield { key, text, why };
    }
  }
}

function causeOfSecret({ name: signed_with }: NamedSecret): RejectionCause {
  switch (signed_with.which) {
    case "retired":
      return { cause: "retired_secret", signed_with };
    case "documentation":
      return { cause: "documentation_secret", signed_with };
    default:
      return { cause: "another_secret", signed_with };
  }
}

/** The secret that somebody sent in place of what it signs. */
function secretIn(
  text: string,
  secrets: readonly NamedSecret[],
): SecretName | undefined {
  const sent = text.replace(/^(?:Bearer|sha256=|v1=) */i, "");
  return secrets.filter((one) => isSameText(one.text, sent))[0]?.name;
}
