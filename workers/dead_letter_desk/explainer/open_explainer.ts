import type { Config } from "#runtime/config.ts";
import { Breaker } from "./breaker.ts";
import { Explaining, type ExplainingDeps } from "./explaining.ts";
import type { Explainer } from "./explanation.ts";
import { Bedrock } from "./models/bedrock.ts";
import { OpenAiCompatible } from "./models/openai_compatible.ts";
import { rules } from "./rules/rules.ts";
import type { explainerSettings } from "./settings.ts";

type ExplainerConfig = Config<typeof explainerSettings>;

/** So many failures in a row, and a model is left alone for so long. */
const FAILURES = 3;
const REST_MS = 60_000;

/** What the desk explains by. */
export function openExplaining(
  config: ExplainerConfig,
  deps: Pick<
    ExplainingDeps,
    "log" | "database" | "clock" | "complain" | "metrics"
  >,
): Explaining {
  return new Explaining({
    ...deps,
    explainer: explainerOf(config),
    breaker: newBreaker(),
    timeoutMs: config.explainerTimeoutMs,
    budget: {
      tokens: config.explainerTokensADay,
      costMicros: config.explainerMoneyADay * 1_000_000,
    },
    prices: { in: config.explainerPriceIn, out: config.explainerPriceOut },
  });
}

export function newBreaker(): Breaker {
  return new Breaker({
    failures: FAILURES,
    restMs: REST_MS,
    clockMs: () => performance.now(),
  });
}

export function explainerOf(config: ExplainerConfig): Explainer {
  const { explainer, explainerModel: model = "", explainerUrl: url = "" } =
    config;
  switch (explainer) {
    case "openai-compatible":
      return new OpenAiCompatible({ url, model, key: config.explainerKey });
    case "bedrock":
      return new Bedrock({
        model,
        region: config.explainerRegion,
        guardrail: config.explainerGuardrail,
        guardrailVersion: config.explainerGuardrailVersion,
      });
    default:
      return rules;
  }
}
