/**
 * The port of whatever explains.
 *
 * @module
 */
import { z } from "zod";
import { type explainers, PatchOperation } from "#contracts/desk_action.ts";
import type { Cluster } from "./cluster.ts";

/** What is answered, by our own rules or by a model: nothing beside, and not at any length. */
export const Answer = z.strictObject({
  /** The cause in plain words, and what to do about it. */
  cause: z.string().min(1).max(1_200),
  /** That it is this cause: from 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** Of dead letters: how their bodies become what the contract asks for. */
  patch: z.array(PatchOperation).max(20).nullable(),
});
export type Answer = z.infer<typeof Answer>;

/** What an answer took. */
export type Usage = { readonly tokensIn: number; readonly tokensOut: number };

export type Explanation = Answer & {
  /** Undefined of what costs nothing, or if it is not told. */
  readonly usage?: Usage | undefined;
};

export type ExplainerName = (typeof explainers)[number];

export interface Explainer {
  readonly name: ExplainerName;
  /** The model that is asked; null if none is. */
  readonly model: string | null;
  /**
   * @param signal ends the call
   * @throws {ExplainerUnavailable} if no answer came; {AnswerRefused} if one came that is none
   */
  explain(cluster: Cluster, signal: AbortSignal): Promise<Explanation>;
}

/** No answer came. */
export class ExplainerUnavailable extends Error {
  override readonly name = "ExplainerUnavailable";
}

/** An answer came that may not be shown. What it took is told, as it has to be paid. */
export class AnswerRefused extends Error {
  override readonly name = "AnswerRefused";
  readonly usage: Usage | undefined;

  constructor(message: string, usage?: Usage, options?: ErrorOptions) {
    super(message, options);
    this.usage = usage;
  }
}
