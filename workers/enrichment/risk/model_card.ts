import { z } from "zod";

const Probability = z.number().min(0).max(1);

/** Payments that it was trained on. */
const Source = z.object({
  /** Of the facts' text, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  payments: z.int().min(1),
  frauds: z.int().min(1),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
});

/** Payments with as long a history, and what is in the bands; a share is missing where there is nothing to share. */
const BandCheckRow = z.object({
  from_hours: z.int().min(0),
  payments: z.int().min(0),
  frauds: z.int().min(0),
  /** Share of payments that were given the base rate, as less was known than the model needs. */
  base_rate_share: Probability,
  elevated_share: Probability,
  high_share: Probability,
  /** Share of the band's payments that are frauds; and share of the frauds that are in it. */
  high_precision: Probability.optional(),
  high_recall: Probability.optional(),
  /** The same of both bands together. */
  elevated_or_high_precision: Probability.optional(),
  elevated_or_high_recall: Probability.optional(),
  average_precision: Probability.optional(),
});
export type BandCheckRow = z.infer<typeof BandCheckRow>;

/** A model's bands on facts that it was not trained on. */
export const BandCheck = z.object({
  /** Of the facts' text, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  by_history: z.array(BandCheckRow).readonly(),
});
export type BandCheck = z.infer<typeof BandCheck>;

/** What goes with a model: whoever relies on a score can read here what it is worth. */
export const ModelCard = z.object({
  /** A name for people. */
  id: z.string().min(1),
  /** Of the model's text, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the list of features that it was trained with. */
  features_version: z.int().min(1),
  /** What it was trained on. */
  data: Source.extend({
    about: z.string().min(1),
    /** Further histories, each of which began with nothing. */
    more: z.array(Source).optional(),
  }),
  seed: z.int(),
  parameters: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.boolean()]),
  ),
  versions: z.record(z.string(), z.string()),
  /** The share of frauds among payments like those that were trained on: the score without a model. */
  base_rate: Probability,
  /** How many hours the history must reach back: of payments with less before them, the model was trained on none. */
  min_history_hours: z.int().min(0),
  /** From which score on a payment is in a band. */
  bands: z.object({ elevated: Probability, high: Probability }),
  /** Measured on payments behind those that were trained on, and what that says. */
  worth: z.object({
    about: z.string().min(1),
    average_precision: Probability.optional(),
    auc: Probability.optional(),
  }),
  /** What its bands are worth on other payments. */
  checks: z.array(BandCheck).optional(),
  not_for: z.array(z.string().min(1)).min(1),
});
export type ModelCard = z.infer<typeof ModelCard>;
