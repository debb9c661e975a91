/**
 * What is explained: things of one cause, described without what they say. This is all that any explainer is given, and all that
 * leaves the desk.
 *
 * @module
 */
import type { JsonType } from "./masked_fields.ts";

/** What stands at one place of the events, over all samples. */
export type Field = {
  /** Keys, joined by full stops. A key that we do not know is told by its length. */
  readonly path: string;
  readonly types: readonly JsonType[];
  /** Of texts: the fewest and the most characters. */
  readonly length?: readonly [number, number];
  /** How texts are built: `A` and `a` for letters, `9` for digits, `_` for white space. */
  readonly shapes?: readonly string[];
  /** As they are written, if they are of the closed vocabulary of their place. */
  readonly values?: readonly (string | number | boolean | null)[];
};

/** A place at fault, and what is wrong with it, without values. */
export type Fault = { readonly path: string; readonly message: string };

export type LetterCluster = {
  readonly kind: "letters";
  readonly service: string;
  readonly code: string;
  /** What the code means. */
  readonly means: string;
  readonly provider: string | null;
  readonly faults: readonly Fault[];
  /** Of the samples, how many have this form, and how many there are. */
  readonly samples: { readonly of_this_form: number; readonly all: number };
  readonly fields: readonly Field[];
};

export type RefusedCluster = {
  readonly kind: "refused";
  readonly provider: string | null;
  readonly cause: string;
  /** What else is told of it, in closed words. */
  readonly detail: readonly string[];
};

export type AnomalyCluster = {
  readonly kind: "anomaly";
  readonly signal: string;
  /** Which part of the flow: provider, currency and so on. */
  readonly segment: Readonly<Record<string, string>>;
  readonly since: string;
  readonly expected: number | null;
  readonly observed: number | null;
  readonly evidence: Readonly<Record<string, number>>;
};

export type Cluster = LetterCluster | RefusedCluster | AnomalyCluster;
