import type { RejectionCause } from "#contracts/rejected_webhook.ts";
import type { RefusedRequest } from "./refused_request.ts";

/** A refused request, why it was, and how many it stands for. */
export type Explained = {
  readonly refused: RefusedRequest;
  readonly why: RejectionCause;
  readonly refusals: number;
};

/** Records of one cause of one provider at a time: more of them tell nobody more. */
const MAX_OF_CAUSE = 3;

/** As many as say it, of which the last stands for those that are left out. */
export function fewOfEachCause(all: readonly Explained[]): Explained[] {
  const groups = Map.groupBy(
    all,
    ({ refused: { provider }, why }) => `${provider} ${why.cause}`,
  );
  return [...groups.values()].flatMap((group) => {
    const kept = group.slice(0, MAX_OF_CAUSE);
    const last = kept.pop();
    if (last === undefined) return [];
    const refusals = group.slice(kept.length)
      .reduce((sum, one) => sum + one.refusals, 0);
    return [...kept, { ...last, refusals }];
  });
}
