import { webhookHeaders } from "#contracts/headers.ts";
import type { RejectionCause } from "#contracts/rejected_webhook.ts";
import type {
  NamedSecret,
  RefusedRequest,
} from "../../rejections/refused_request.ts";
import { schemeOf } from "../../rejections/schemes.ts";
import { readSignature } from "../../rejections/signature_text.ts";
import {
  causeOfSignature,
  type SignedRequest,
  signedWith,
} from "../../rejections/signed_request.ts";
import {
  formOfTimestamp,
  unitOfTimestamp,
} from "../../rejections/timestamp_text.ts";

/** Why the signature of a webhook of this provider was refused. */
export function explain(
  refused: RefusedRequest,
  { secrets, toleranceSeconds }: {
    /** All that the intake has. */
    readonly secrets: readonly NamedSecret[];
    readonly toleranceSeconds: number;
  },
): RejectionCause {
  const { headers, body } = refused;
  const timestamp = headers.get(webhookHeaders.timestamp);
  const signature = headers.get(webhookHeaders.signature);
  if (timestamp === null || signature === null) {
    return causeOfMissing(headers, { timestamp, signature });
  }
  const request: SignedRequest = {
    body,
    secrets,
    signedText: (body) => [timestamp, ".", body],
    otherTexts: (body) => otherTexts(timestamp, body),
  };
  switch (refused.refusal) {
    case "invalid_timestamp":
      return { cause: "timestamp_malformed", form: formOfTimestamp(timestamp) };
    case "stale_timestamp": {
      const { hex } = readSignature(signature);
      return causeOfAge(Number(timestamp), refused.atMs, {
        tolerance_seconds: toleranceSeconds,
        signed_with: signedWith(request, { hex }),
      });
    }
    default:
      return causeOfSignature(signature, readSignature(signature), request);
  }
}

function causeOfMissing(
  headers: Headers,
  found: Readonly<Record<"timestamp" | "signature", string | null>>,
): RejectionCause {
  const scheme = schemeOf(headers);
  return scheme === undefined
    ? {
      cause: "header_missing",
      missing: (["timestamp", "signature"] as const)
        .filter((name) => found[name] === null),
    }
    : { cause: "headers_of_another_scheme", scheme };
}

function causeOfAge(
  timestamp: number,
  nowMs: number,
  rest: Pick<
    Extract<RejectionCause, { cause: "stale" }>,
    "tolerance_seconds" | "signed_with"
  >,
): RejectionCause {
  const unit = unitOfTimestamp(timestamp, nowMs);
  if (unit !== undefined) {
    const { signed_with } = rest;
    return { cause: "timestamp_in_another_unit", unit, signed_with };
  }
  const age = nowMs / 1000 - timestamp;
  return {
    cause: age > 0 ? "stale" : "from_the_future",
    // What has twenty digits is no time, and more than a number holds to the last of them.
    seconds: Math.min(Math.round(Math.abs(age)), Number.MAX_SAFE_INTEGER),
    ...rest,
  };
}

const separators = [":", "|", ",", "_", "-", " ", "\n", ""];

function otherTexts(
  timestamp: string,
  body: Uint8Array,
): ReturnType<SignedRequest["otherTexts"]> {
  const seconds = Number(timestamp);
  const iso = isoOf(seconds);
  return [
    ["body_alone", [body]],
    ...separators.map((separator) =>
      [
        separator === "" ? "no_separator" : "other_separator",
        [timestamp, separator, body],
      ] as const
    ),
    ["body_first", [body, ".", timestamp]],
    ["body_first", [body, timestamp]],
    ["timestamp_in_milliseconds", [`${timestamp}000`, ".", body]],
    ["timestamp_in_iso_8601", [iso, ".", body]],
    ["timestamp_in_iso_8601", [iso.replace(".000Z", "Z"), ".", body]],
    ["timestamp_a_second_off", [String(seconds - 1), ".", body]],
    ["timestamp_a_second_off", [String(seconds + 1), ".", body]],
  ];
}

/** Empty if it is out of what a `Date` has. */
function isoOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
