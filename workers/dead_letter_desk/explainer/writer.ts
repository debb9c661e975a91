import type { Explained } from "./spent.ts";

/** Who wrote an explanation's text. */
export function writerOf(
  { explainer, outcome, model }: Pick<
    Explained,
    "explainer" | "outcome" | "model"
  >,
): string {
  const isModel = explainer !== "rules" &&
    (outcome === "answered" || outcome === "cached");
  return isModel ? `the model ${model ?? explainer}` : "the rules";
}
