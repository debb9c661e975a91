import { describeError } from "#runtime/errors.ts";
import { refusalOfText } from "./answer_text.ts";
import type { Breaker } from "./breaker.ts";
import type { Cluster } from "./cluster.ts";
import {
  type Answer,
  AnswerRefused,
  type Explainer,
  ExplainerUnavailable,
  type Usage,
} from "./explanation.ts";

export type Asked =
  | {
    readonly outcome: "answered";
    readonly answer: Answer;
    readonly usage: Usage | undefined;
  }
  | {
    readonly outcome: "refused" | "unavailable";
    /** A sentence for whoever asked. */
    readonly why: string;
    /** For whoever runs the desk: addresses and the like are in it. */
    readonly detail?: string;
    readonly usage: Usage | undefined;
  };

/**
 * Asks a model, for so long and no longer, and takes its answer only if it may be shown. Never throws for what a model does.
 *
 * @param unsent what the letters say and the model is not told
 */
export async function askModel(
  { explainer, breaker, timeoutMs }: {
    readonly explainer: Explainer;
    readonly breaker: Breaker;
    readonly timeoutMs: number;
  },
  cluster: Cluster,
  unsent: readonly string[],
): Promise<Asked> {
  try {
    const { usage, ...answer } = await inTime(
      explainer.explain(cluster, AbortSignal.timeout(timeoutMs)),
      timeoutMs,
    );
    breaker.succeeded();
    const why = refusalOfText(answer.cause, cluster, { texts: unsent });
    return why === undefined ? { outcome: "answered", answer, usage } : {
      outcome: "refused",
      why: `The model's answer is not shown: ${why}.`,
      usage,
    };
  } catch (error) {
    breaker.failed();
    if (error instanceof AnswerRefused) {
      return {
        outcome: "refused",
        why: `${error.message}.`,
        usage: error.usage,
      };
    }
    // A mistake of ours in a client is told as one, and costs nobody the rules' answer.
    const why = error instanceof ExplainerUnavailable
      ? error.message
      : "The model could not be asked";
    const detail = describeError(
      error instanceof Error ? error.cause ?? error : error,
    );
    return { outcome: "unavailable", why: `${why}.`, detail, usage: undefined };
  }
}

/** A client that does not heed its signal is not waited for. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new ExplainerUnavailable(
            `The model did not answer in ${timeoutMs} ms`,
          ),
        ),
      timeoutMs + 250,
    );
  });
  // Whoever lost is not asked why.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
