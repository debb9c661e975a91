import { z } from "zod";

const Probability = z.number().min(0).max(1);

/** What goes with a model: whoever relies on a score can read here what it is worth. */
export const ModelCard = z.object({
  /** A name for people. */
  id: z.string().min(1),
  /** Of the model's text, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the list of features that it was trained with. */
  features_version: z.int().min(1),
  /** What it was trained on. */
  data: z.object({
    about: z.string().min(1),
    /** Of the facts' text, in hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    payments: z.int().min(1),
    frauds: z.int().min(1),
    from: z.iso.datetime(),
    until: z.iso.datetime(),
  }),
  seed: z.int(),
  parameters: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.boolean()]),
  ),
  versions: z.record(z.string(), z.string()),
  /** The share of frauds among payments like those that were trained on: the score without a model. */
  base_rate: Probability,
  /** From which score on a payment is in a band. */
  bands: z.object({ elevated: Probability, high: Probability }),
  /** Measured on payments behind those that were trained on, and what that says. */
  worth: z.object({
    about: z.string().min(1),
    average_precision: Probability.optional(),
    auc: Probability.optional(),
  }),
  not_for: z.array(z.string().min(1)).min(1),
});
export type ModelCard = z.infer<typeof ModelCard>;
