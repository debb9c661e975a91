import { Buffer } from "node:buffer";
import type {
  RejectionCause,
  signatureEncodings,
} from "#contracts/rejected_webhook.ts";

type Encoding = (typeof signatureEncodings)[number];
type Of<C extends RejectionCause["cause"]> = Extract<
  RejectionCause,
  { cause: C }
>;
type Algorithm = Of<"signature_algorithm">["algorithm"];

/** What the text of a signature's header is, that should be HMAC-SHA256 in 64 lower-case hex digits. */
export type SignatureText =
  /** All of it, or all that is there, in lower-case hex. */
  & { readonly hex: string }
  & (
    | { readonly is: "as it should be" }
    | { readonly is: "encoded"; readonly encoding: Encoding }
    /** Of that length are those of another algorithm. */
    | { readonly is: "of another algorithm"; readonly algorithm: Algorithm }
    | { readonly is: "truncated" }
    | {
      readonly is: "malformed";
      readonly form: Of<"signature_malformed">["form"];
    }
  );

/** Longer than any signature of these algorithms, written in any of these ways. */
const MAX_LENGTH = 512;

const DIGITS = 64;

/** By the digits of what they make. */
const algorithms: Readonly<Record<number, Algorithm>> = {
  32: "md5",
  40: "sha1",
  96: "sha384",
  128: "sha512",
};

/** Reads what a sender may have put there for a signature. */
export function readSignature(text: string): SignatureText {
  if (/^[0-9a-f]{64}$/.test(text)) return { is: "as it should be", hex: text };
  if (text === "") return malformed("empty");
  if (text.length > MAX_LENGTH) return malformed("too_long");
  const unquoted = /^(["'])(.*)\1$/.exec(text)?.[2];
  const parts = (unquoted ?? text).split(/[\s,]+/).filter(Boolean);
  const read = parts.map((part) => {
    const value = /^[a-z][\w-]{0,15}=(.+)$/i.exec(part)?.[1];
    return { isPrefixed: value !== undefined, ...decode(value ?? part) };
  });
  const whole = read.filter(({ hex }) => hex?.length === DIGITS);
  const [first] = whole;
  if (first?.hex !== undefined) {
    const encoding = unquoted !== undefined
      ? "quoted"
      : first.isPrefixed || whole.length < read.length
      ? "prefixed"
      : whole.length > 1
      ? "sent_twice"
      : first.encoding ?? "prefixed";
    return { is: "encoded", encoding, hex: first.hex };
  }
  const [{ hex, encoding } = {}, ...more] = read;
  if (hex === undefined || more.length > 0) return malformed("other");
  const algorithm = algorithms[hex.length];
  if (algorithm !== undefined) {
    return { is: "of another algorithm", algorithm, hex };
  }
  if (hex.length > DIGITS) return malformed("too_long");
  return encoding === undefined ? { is: "truncated", hex } : malformed("other");
}

function malformed(form: Of<"signature_malformed">["form"]): SignatureText {
  return { is: "malformed", form, hex: "" };
}

/** Bytes in hex, and the way they were written if it is not that. */
function decode(
  text: string,
): { hex?: string; encoding?: Encoding } {
  if (/^[0-9a-f]+$/.test(text)) return { hex: text };
  if (/^[0-9a-f]+$/i.test(text)) {
    return { hex: text.toLowerCase(), encoding: "upper_case_hex" };
  }
  if (!/^[\w+/-]+={0,2}$/.test(text) || text.includes("__")) return {};
  const encoding = /[-_]/.test(text) || !/[+/=]/.test(text)
    ? "base64url"
    : "base64";
  const bytes = Buffer.from(text, encoding);
  const isWhole = [16, 20, 32, 48, 64].includes(bytes.length) &&
    bytes.toString(encoding).replace(/=+$/, "") === text.replace(/=+$/, "");
  return isWhole ? { hex: bytes.toString("hex"), encoding } : {};
}
