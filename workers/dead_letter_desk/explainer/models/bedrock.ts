import type {
  BedrockRuntimeClient,
  ConverseCommandInput,
  ConverseCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Cluster } from "../cluster.ts";
import {
  AnswerRefused,
  type Explainer,
  ExplainerUnavailable,
  type Explanation,
} from "../explanation.ts";
import {
  ANSWER_NAME,
  answerSchema,
  MOST_TOKENS_OUT,
  promptOf,
} from "../prompt.ts";
import { MOST_BYTES, readAnswer, usageOf } from "./read_answer.ts";

export type BedrockOptions = {
  /** A model, or an inference profile. */
  readonly model: string;
  readonly region: string | undefined;
  readonly guardrail: string | undefined;
  readonly guardrailVersion: string;
};

/** What is sent of a command. */
type Converse = (
  input: ConverseCommandInput,
  signal: AbortSignal,
) => Promise<ConverseCommandOutput>;

/**
 * A model of Amazon Bedrock, by Converse. The answer's schema is that of a tool which the model has to call and nobody runs. Who
 * asks is the task's role, as the SDK finds it.
 */
export class Bedrock implements Explainer {
  readonly name = "bedrock";
  readonly model: string;
  readonly #options: BedrockOptions;
  readonly #converse: Converse;

  /** @param converse absent: Bedrock itself, by the SDK, which is loaded when it is first asked */
  constructor(options: BedrockOptions, converse: Converse = bySdk(options)) {
    this.model = options.model;
    this.#options = options;
    this.#converse = converse;
  }

  async explain(cluster: Cluster, signal: AbortSignal): Promise<Explanation> {
    const { system, user } = promptOf(cluster);
    const { model, guardrail, guardrailVersion } = this.#options;
    let output: ConverseCommandOutput;
    try {
      output = await this.#converse({
        modelId: model,
        system: [{ text: system }],
        messages: [{ role: "user", content: [{ text: user }] }],
        inferenceConfig: { maxTokens: MOST_TOKENS_OUT, temperature: 0 },
        toolConfig: {
          tools: [{
            toolSpec: {
              name: ANSWER_NAME,
              description: "Takes the explanation.",
              inputSchema: { json: answerSchema },
            },
          }],
          toolChoice: { tool: { name: ANSWER_NAME } },
        },
        ...guardrail !== undefined && {
          guardrailConfig: {
            guardrailIdentifier: guardrail,
            guardrailVersion,
          },
        },
      }, signal);
    } catch (cause) {
      throw new ExplainerUnavailable(
        signal.aborted
          ? "Bedrock did not answer in time"
          : "Bedrock could not be reached, or broke off",
        { cause },
      );
    }
    return answerIn(output);
  }
}

/** @throws {AnswerRefused} if there is none in it */
function answerIn(
  { output, usage: its, stopReason }: ConverseCommandOutput,
): Explanation {
  const usage = its && usageOf(its.inputTokens, its.outputTokens);
  if (stopReason === "guardrail_intervened") {
    throw new AnswerRefused("The guardrail stopped the answer", usage);
  }
  const uses =
    output?.message?.content?.flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [toolUse]
    ) ?? [];
  const [use, another] = uses;
  if (use?.name !== ANSWER_NAME || another !== undefined) {
    throw new AnswerRefused("The model did not answer in its form", usage);
  }
  if (JSON.stringify(use.input ?? null).length > MOST_BYTES) {
    throw new AnswerRefused(
      `The model's answer has more than ${MOST_BYTES} bytes`,
      usage,
    );
  }
  return readAnswer(use.input, usage);
}

/** Its some 30 packages are loaded by whoever has set it up, and by nobody else. */
function bySdk({ region }: BedrockOptions): Converse {
  let client: BedrockRuntimeClient | undefined;
  return async (input, signal) => {
    const { BedrockRuntimeClient, ConverseCommand } = await import(
      "@aws-sdk/client-bedrock-runtime"
    );
    client ??= new BedrockRuntimeClient({
      ...region !== undefined && { region },
      // Tried once: whoever asked tries again, and the budget knows of one call.
      maxAttempts: 1,
    });
    return await client.send(new ConverseCommand(input), {
      abortSignal: signal,
    });
  };
}
