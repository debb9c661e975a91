import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type {
  RejectedWebhook,
  RejectionCause,
} from "#contracts/rejected_webhook.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { mayHaveCardData } from "../card_numbers/may_have_card_data.ts";
import { rows } from "../providers/rows.ts";
import { providerNamed } from "../providers/table.ts";
import { refusals as answers } from "../refusals.ts";
import type { RefusedRequest } from "./refused_request.ts";
import { readSignature } from "./signature_text.ts";

const MAX_USER_AGENT = 120;

/** As many as nobody can guess. */
const MIN_DIGITS = 32;

/** Type and subtype of RFC 9110, section 8.3.1, shorter than RFC 6838 has them. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,39}\/[\w!#$&^.+-]{1,40}(?=\s*(?:;|$))/;

/** What is told of a refused request, without a secret, a signature, or more of its body than `bodyBytes`. */
export function rejectedRecord(
  { refused, why, refusals, topic, bodyBytes }: {
    refused: RefusedRequest;
    why: RejectionCause;
    /** How many it stands for. */
    refusals: number;
    topic: string;
    /** Of the body's beginning, to be kept. */
    bodyBytes: number;
  },
): OutgoingRecord {
  const { provider, account, refusal, headers, body, sender, atMs } = refused;
  const rejected: RejectedWebhook = {
    at: new Date(atMs).toISOString(),
    provider,
    ...account !== undefined && { account },
    status: answers[refusal].status,
    result: refusal,
    why,
    refusals,
    sender,
    user_agent: userAgentIn(headers),
    signature_id: signatureIdIn(refused),
    body: {
      bytes: refused.bodyBytes ?? null,
      content_type: contentTypeIn(headers),
      is_examined: typeof body !== "string",
      ...bodyBytes > 0 && typeof body !== "string" &&
        beginningOf(body, bodyBytes),
    },
  };
  return {
    topic,
    key: Buffer.from(provider, "utf8"),
    value: Buffer.from(JSON.stringify(rejected), "utf8"),
    headers: [],
  };
}

/** It is searched whole: of a number that is cut off nobody could tell that it is one. */
function beginningOf(body: Uint8Array, bytes: number) {
  if (mayHaveCardData(body)) return { is_withheld: true as const };
  const beginning = Buffer.from(body.subarray(0, bytes)).toString("base64");
  return { beginning_base64: beginning };
}

function userAgentIn(headers: Headers): string | null {
  return headers.get("User-Agent")?.slice(0, MAX_USER_AGENT)
    .replace(/[^ -~]/g, "?") ?? null;
}

function contentTypeIn(headers: Headers): string | null {
  const type = headers.get("Content-Type");
  if (type === null) return null;
  return MEDIA_TYPE.exec(type)?.[0].toLowerCase() ?? "other";
}

function signatureIdIn(
  { provider, account, headers }: RefusedRequest,
): string | null {
  const signature = account === undefined
    ? signatureOfProvider(provider, headers)
    : signatureOfAccount(provider, headers);
  return signature === undefined
    ? null
    : createHash("sha256").update(signature, "utf8").digest("hex").slice(0, 16);
}

function signatureOfProvider(
  provider: string,
  headers: Headers,
): string | undefined {
  const header = providerNamed(provider)?.signatureHeader;
  const signature = header === undefined ? null : headers.get(header);
  if (signature === null) return undefined;
  // What is no signature may be a secret, and a weak one could be found by its hash.
  const { is, hex } = readSignature(signature);
  return is === "malformed" || hex.length < MIN_DIGITS ? undefined : signature;
}

/** Of as many bytes as HMACs and signatures by RSA and Ed25519 have, and nothing around it. */
const WHOLE =
  /(?<![\w+/-])(?:[\da-f]{64}|[\da-f]{128}|[A-Za-z\d+/]{43}=|[A-Za-z\d+/]{86}==|[A-Za-z\d+/]{342}==)(?![\w+/=-])/;

function signatureOfAccount(
  provider: string,
  headers: Headers,
): string | undefined {
  const its = rows.find(({ name }) => name === provider)?.scheme
    .signatureHeaders ?? [];
  return its.flatMap((name) => WHOLE.exec(headers.get(name) ?? "") ?? [])[0];
}
