import { IncomingRequest } from "../../http/incoming_request.ts";
import type { Refused } from "../receive.ts";
import { ofWebhooks } from "../refusals.ts";
import { MAX_EXAMINED_BYTES, type RefusedRequest } from "./refused_request.ts";

/**
 * The body of a refused request. If it was refused for its headers, nothing was read of it: then it is what has arrived
 * with them, if that is all of it, and nobody is waited for.
 */
export function examinedBody(
  request: Request,
  { refusal, body }: Refused,
): Pick<RefusedRequest, "body" | "bodyBytes"> {
  const isUnread = body === undefined && Object.hasOwn(ofWebhooks, refusal);
  const whole = isUnread && request instanceof IncomingRequest
    ? request.incoming.takeWhole()
    : body;
  const bodyBytes = whole?.length ?? declaredBytes(request.headers);
  if (bodyBytes !== undefined && bodyBytes > MAX_EXAMINED_BYTES) {
    return { body: "too_large", bodyBytes };
  }
  if (whole === undefined) return { body: "not_there", bodyBytes };
  return { body: whole, bodyBytes };
}

function declaredBytes(headers: Headers): number | undefined {
  const text = headers.get("Content-Length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
