import { randomUUID } from "node:crypto";
import type { PatchOperation } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { ActionLog, By } from "../actions/action_log.ts";
import { refusalOfText } from "./answer_text.ts";
import { type Asked, askModel } from "./ask_model.ts";
import type { Breaker } from "./breaker.ts";
import type { Cluster, Fault } from "./cluster.ts";
import type { Explainer } from "./explanation.ts";
import { mostTokens, promptHash } from "./prompt.ts";
import { shownOf, type Told } from "./shown.ts";
import {
  answeredBefore,
  type Budget,
  costMicros,
  type Explained,
  type Prices,
  spentOn,
} from "./spent.ts";
import type { Trial } from "./trial.ts";

/** What is explained, and what an explanation of it is held against. */
export type Subject = {
  readonly cluster: Cluster;
  readonly fingerprint: string;
  /** Of dead letters. */
  readonly cause: string | null;
  /** With paths as they are in the letters. */
  readonly faults: readonly Fault[];
  /** What the letters say and nobody is told. */
  readonly unsent: readonly string[];
  /** Tries a patch on the latest letters; absent: there is nothing to patch. */
  readonly tryPatch?: (patch: readonly PatchOperation[]) => Promise<Trial>;
};

export type ExplainingDeps = {
  readonly explainer: Explainer;
  readonly breaker: Breaker;
  readonly timeoutMs: number;
  readonly budget: Budget;
  readonly prices: Prices;
  readonly log: Pick<ActionLog, "write">;
  readonly database: Pick<Database, "use">;
  readonly clock: () => Date;
  /** Told why a model did not answer. */
  readonly complain: (detail: string) => void;
  readonly metrics: {
    explained(its: Pick<Explained, "explainer" | "outcome">): void;
  };
};

type OfModel = Pick<Explained, "outcome" | "tokens" | "cost_micros"> & Told;

/**
 * Explains a cluster, once somebody asks for it. It decides nothing and changes nothing: what comes of it is a text, and perhaps a
 * patch that a person may plan.
 *
 * The rules always answer. A model, if one is set up, answers in their place, within its budget, or why not is told.
 */
export class Explaining {
  readonly #deps: ExplainingDeps;
  /** By question, the last who asks it and is not answered yet. */
  readonly #asking = new Map<string, Promise<Explained>>();

  constructor(deps: ExplainingDeps) {
    this.#deps = deps;
  }

  /**
   * Of several who ask the same at once the next finds what the one before was answered.
   *
   * @throws {TransientError} if Kafka or the database is away: then nobody is told anything that is not written down
   */
  async explain(subject: Subject, by: By): Promise<Explained> {
    const { fingerprint } = subject;
    const before = this.#asking.get(fingerprint);
    const its = (before ?? Promise.resolve()).catch(() => {})
      .then(() => this.#explain(subject, by));
    this.#asking.set(fingerprint, its);
    try {
      return await its;
    } finally {
      if (this.#asking.get(fingerprint) === its) {
        this.#asking.delete(fingerprint);
      }
    }
  }

  async #explain(subject: Subject, by: By): Promise<Explained> {
    const { explainer, metrics, log } = this.#deps;
    const { cluster, cause, fingerprint } = subject;
    const of = {
      call: randomUUID(),
      of: cluster.kind,
      cause,
      fingerprint,
      prompt_sha256: promptHash(cluster, explainer.model),
      explainer: explainer.name,
      model: explainer.model,
    };
    const told: OfModel = explainer.name === "rules"
      ? { outcome: "answered", tokens: 0, cost_micros: 0 }
      : await this.#ofModel(of, subject, by);
    const { outcome, tokens, cost_micros } = told;
    const shown = await shownOf(subject, told);
    const its: Explained = { ...of, outcome, tokens, cost_micros, ...shown };
    await log.write(
      by,
      () => Promise.resolve({ actions: [{ kind: "explained", ...its }] }),
    );
    metrics.explained(its);
    return its;
  }

  async #ofModel(
    of: Pick<
      Explained,
      | "call"
      | "of"
      | "cause"
      | "fingerprint"
      | "prompt_sha256"
      | "explainer"
      | "model"
    >,
    { cluster, unsent }: Subject,
    by: By,
  ): Promise<OfModel> {
    const { database, log, breaker, budget, prices, clock } = this.#deps;
    const nothing = { tokens: 0, cost_micros: 0 };
    const before = await answeredBefore(database, of);
    // What may be shown is as today's code says, of texts as of patches.
    const mayBeShown = before !== undefined &&
      refusalOfText(before.text, cluster, { texts: unsent }) === undefined;
    if (mayBeShown) {
      const { text: cause, confidence, patch, patch_by } = before;
      const its = patch_by === "model" ? patch : null;
      return {
        outcome: "cached",
        ...nothing,
        answer: { cause, confidence, patch: its },
      };
    }
    if (!breaker.mayAsk()) {
      const why =
        "The model has failed several times in a row and is not asked for a minute.";
      return { outcome: "unavailable", ...nothing, why };
    }
    const most = mostTokens(cluster);
    const aside = {
      tokens: most.in + most.out,
      cost_micros: costMicros(most, prices),
    };
    // Whoever decides has read all that was written before: two desks do not spend the same rest.
    const isWithin = await log.write(by, async () => {
      const spent = await spentOn(database, clock());
      const isOver = spent.tokens + aside.tokens > budget.tokens ||
        spent.costMicros + aside.cost_micros > budget.costMicros;
      return isOver
        ? undefined
        : { actions: [{ kind: "explain", ...of, ...aside }] };
    });
    if (!isWithin) {
      const why =
        "The day's budget for models is used up; it begins anew at midnight UTC.";
      return { outcome: "over_budget", ...nothing, why };
    }
    const asked: Asked = await askModel(this.#deps, cluster, unsent);
    const { usage } = asked;
    if ("detail" in asked && asked.detail !== undefined) {
      this.#deps.complain(asked.detail);
    }
    const took = usage === undefined ? aside : {
      tokens: usage.tokensIn + usage.tokensOut,
      cost_micros: costMicros(
        { in: usage.tokensIn, out: usage.tokensOut },
        prices,
      ),
    };
    return asked.outcome === "answered"
      ? { outcome: "answered", ...took, answer: asked.answer }
      : { outcome: asked.outcome, ...took, why: asked.why };
  }
}
