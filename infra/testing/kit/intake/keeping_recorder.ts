import { examinedBody } from "../../../../ingest/intake/rejections/examined_body.ts";
import type { RejectionRecorder } from "../../../../ingest/intake/rejections/recorder.ts";
import type { RefusedRequest } from "../../../../ingest/intake/rejections/refused_request.ts";
import { isOfSender } from "../../../../ingest/intake/refusals.ts";
import { NOW_S } from "./testing.ts";

/** In place of a recorder: it keeps what that would look into. */
export function keepingRecorder({ atMs = NOW_S * 1000 } = {}) {
  const kept: RefusedRequest[] = [];
  const recorder: Pick<RejectionRecorder, "refused"> = {
    refused(request, { provider, account, received, client = "unknown" }) {
      const { refusal } = received;
      if (!isOfSender(refusal)) return;
      kept.push({
        provider,
        ...account !== undefined && { account },
        refusal,
        sender: client,
        headers: request.headers,
        ...examinedBody(request, received),
        atMs,
      });
    },
  };
  return { recorder, kept };
}
