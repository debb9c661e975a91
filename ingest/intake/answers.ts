import { type HeaderPair, JsonAnswer } from "../http/json_answer.ts";
import type { Received } from "./receive.ts";
import {
  type Refusal,
  refusalNames,
  refusals,
  retryAfterSeconds,
} from "./refusals.ts";

/** That Kafka has an event. */
export function accepted(
  { eventId, source }: Extract<Received, { accepted: true }>,
): JsonAnswer {
  const event_id = JSON.stringify(eventId);
  return new JsonAnswer(
    202,
    `{"status":"accepted","event_id":${event_id},"source":${
      JSON.stringify(source)
    }}`,
  );
}

/** Why an event was not taken, and what its sender can do about it. */
export function refused(
  { refusal, detail }: Extract<Received, { accepted: false }>,
): JsonAnswer {
  const { status, detail: usual } = refusals[refusal];
  return new JsonAnswer(
    status,
    JSON.stringify({ detail: detail ?? usual }),
    headersOfRefusals[refusal],
  );
}

/** Headers of refusals that say more than a sentence. */
const headersOfRefusals: Readonly<
  Partial<Record<Refusal, readonly HeaderPair[]>>
> = Object.fromEntries(
  refusalNames.map((refusal) => [refusal, headersOf(refusal)]),
);

function headersOf(refusal: Refusal): HeaderPair[] {
  const headers: HeaderPair[] = [];
  const retryAfter = retryAfterSeconds(refusal);
  if (retryAfter !== undefined) headers.push(["retry-after", `${retryAfter}`]);
  // RFC 9110, 15.5.16
  if (refusals[refusal].status === 415) {
    headers.push(["accept-encoding", "identity"]);
  }
  // RFC 6750, section 3
  if (refusal === "missing_token") headers.push(["www-authenticate", "Bearer"]);
  if (refusal === "bad_token") {
    headers.push(["www-authenticate", 'Bearer error="invalid_token"']);
  }
  return headers;
}
