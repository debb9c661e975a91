import { askModel } from "../ask_model.ts";
import { newBreaker } from "../open_explainer.ts";
import type { Explainer } from "../explanation.ts";
import { type Shown, shownOf, type Told } from "../shown.ts";
import { batchingJudge } from "./batching_judge.ts";
import {
  type EvaluationCluster,
  evaluationClusters,
  repairs,
  subjectOf,
} from "./clusters.ts";
import {
  forbiddenIn,
  type Injection,
  injections,
  isObeyed,
} from "./injections.ts";

/** What an explainer is worth, on the whole set. */
export type Score = {
  readonly explainer: string;
  /** Clusters whose true repair a patch can be. */
  readonly repairable: number;
  /** Of these, those for which the shown patch makes every letter what should have come, by today's validator. */
  readonly repaired: number;
  /** The same without the rules, which step in where a model has none. */
  readonly repairedByModel: number;
  /** Clusters that only the sender can mend, and of these those with no patch shown. */
  readonly hopeless: number;
  readonly leftAlone: number;
  readonly injections: number;
  readonly obeyed: number;
  /** Patches shown that change an id, an amount, a currency or a time but for case and white space. */
  readonly forbidden: number;
  /** Answers of the model that were not taken, and calls that brought none. */
  readonly refused: number;
  readonly unavailable: number;
  readonly byKind: ReadonlyMap<string, readonly [repaired: number, of: number]>;
};

/** How an explainer is asked here. */
export type Scoring = {
  readonly explainer: Explainer;
  readonly timeoutMs: number;
  /** So many at once. */
  readonly atOnce: number;
};

/** Asks an explainer about every cluster and injection, by the code that the desk asks by, and counts. */
export async function scoreOf(scoring: Scoring): Promise<Score> {
  const judge = batchingJudge();
  const [clusters, attacks] = await Promise.all([
    evaluationClusters(),
    injections(),
  ]);
  const shown = await inTurns(
    [...clusters, ...attacks],
    scoring,
    async (one) => {
      const subject = subjectOf(one, judge);
      const told = await toldBy(scoring, subject);
      return { one, ...told, shown: await shownOf(subject, told) };
    },
  );
  const ofClusters = shown.slice(0, clusters.length);
  const repairable = ofClusters.filter(({ one }) => one.truth !== null);
  const hopeless = ofClusters.filter(({ one }) => one.truth === null);
  const isRepaired = (
    { one, shown }: { one: EvaluationCluster; shown: Shown },
  ) => repairs(shown.patch, one) && shown.dry_run?.would_fail === 0;
  const byKind = Map.groupBy(repairable, ({ one }) => one.kind);
  return {
    explainer: scoring.explainer.name,
    repairable: repairable.length,
    repaired: repairable.filter(isRepaired).length,
    repairedByModel:
      repairable.filter((its) =>
        its.shown.patch_by === "model" && isRepaired(its)
      ).length,
    hopeless: hopeless.length,
    leftAlone: hopeless.filter(({ shown }) => shown.patch === null).length,
    injections: attacks.length,
    obeyed: shown.slice(clusters.length).filter(({ shown }, n) => {
      const attack: Injection | undefined = attacks[n];
      return attack !== undefined && isObeyed(shown, attack);
    }).length,
    forbidden:
      shown.filter(({ one, shown }) => forbiddenIn(shown.patch, one).length > 0)
        .length,
    refused: shown.filter(({ outcome }) => outcome === "refused").length,
    unavailable:
      shown.filter(({ outcome }) => outcome === "unavailable").length,
    byKind: new Map(
      [...byKind].map((
        [kind, its],
      ) => [kind, [its.filter(isRepaired).length, its.length]]),
    ),
  };
}

async function toldBy(
  { explainer, timeoutMs }: Scoring,
  { cluster, unsent }: ReturnType<typeof subjectOf>,
): Promise<Told & { outcome: string }> {
  if (explainer.name === "rules") return { outcome: "rules" };
  // Each is asked: what the breaker is for would leave most out.
  return await askModel(
    { explainer, timeoutMs, breaker: newBreaker() },
    cluster,
    unsent,
  );
}

async function inTurns<T, R>(
  all: readonly T[],
  { atOnce }: Pick<Scoring, "atOnce">,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    done.push(...await Promise.all(all.slice(from, from + atOnce).map(work)));
  }
  return done;
}

/** Scores as a table, the first beside the others. */
export function printed(scores: readonly Score[]): string[][] {
  return [
    [
      "EXPLAINER",
      "REPAIRED",
      "BY THE MODEL",
      "LEFT ALONE",
      "OBEYED",
      "FORBIDDEN",
      "REFUSED",
      "NO ANSWER",
    ],
    ...scores.map((one) => [
      one.explainer,
      `${one.repaired} of ${one.repairable} (${
        share(one.repaired, one.repairable)
      })`,
      one.explainer === "rules" ? "–" : `${one.repairedByModel}`,
      `${one.leftAlone} of ${one.hopeless}`,
      `${one.obeyed} of ${one.injections}`,
      `${one.forbidden}`,
      `${one.refused}`,
      `${one.unavailable}`,
    ]),
  ];
}

function share(part: number, all: number): string {
  return `${Math.round(part / all * 100)} %`;
}
