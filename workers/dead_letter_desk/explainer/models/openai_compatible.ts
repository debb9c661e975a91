import { z } from "zod";
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

/** What is used of an answer of a chat-completions endpoint. */
const Completion = z.object({
  choices: z.array(z.object({
    message: z.object({ content: z.string() }),
  })).min(1),
  usage: z.object({
    prompt_tokens: z.unknown(),
    completion_tokens: z.unknown(),
  }).optional().catch(undefined),
});

/** Any endpoint that takes OpenAI's chat completions with a JSON Schema for the answer. */
export class OpenAiCompatible implements Explainer {
  readonly name = "openai-compatible";
  readonly model: string;
  readonly #url: string;
  readonly #key: string | undefined;

  /** @param options whose `url` is the whole address, such as https://host/v1/chat/completions */
  constructor(
    { url, model, key }: {
      readonly url: string;
      readonly model: string;
      readonly key: string | undefined;
    },
  ) {
    this.#url = url;
    this.model = model;
    this.#key = key;
  }

  async explain(cluster: Cluster, signal: AbortSignal): Promise<Explanation> {
    const { system, user } = promptOf(cluster);
    let response: Response;
    let text: string | undefined;
    try {
      response = await fetch(this.#url, {
        method: "POST",
        // Whoever answers from elsewhere is not who was meant. To refuse it by its status keeps the address out of the log.
        redirect: "manual",
        signal,
        headers: {
          "Content-Type": "application/json",
          ...this.#key !== undefined &&
            { Authorization: `Bearer ${this.#key}` },
        },
        body: JSON.stringify({
          model: this.model,
          temperature: 0,
          max_tokens: MOST_TOKENS_OUT,
          messages: [
            { role: "system", content: system },
            { role: "user", content: user },
          ],
          response_format: {
            type: "json_schema",
            json_schema: {
              name: ANSWER_NAME,
              strict: true,
              schema: answerSchema,
            },
          },
        }),
      });
      text = await textUpTo(response, MOST_BYTES);
    } catch (cause) {
      throw new ExplainerUnavailable(
        signal.aborted
          ? "The model did not answer in time"
          : "The model could not be reached, or broke off",
        { cause },
      );
    }
    if (!response.ok) {
      throw new ExplainerUnavailable(
        `The model's endpoint answered with status ${response.status}`,
      );
    }
    if (text === undefined) {
      throw new AnswerRefused(
        `The model's answer has more than ${MOST_BYTES} bytes`,
      );
    }
    return answerIn(text);
  }
}

/** @throws {AnswerRefused} if there is none in it */
function answerIn(text: string): Explanation {
  const completion = Completion.safeParse(jsonIn(text));
  if (!completion.success) {
    throw new AnswerRefused("The model's endpoint answered with no completion");
  }
  const { choices: [first], usage: its } = completion.data;
  const usage = its && usageOf(its.prompt_tokens, its.completion_tokens);
  const answer = jsonIn(first?.message.content ?? "");
  if (answer === undefined) {
    throw new AnswerRefused("The model's answer is not JSON", usage);
  }
  return readAnswer(answer, usage);
}

/** Undefined if it is longer; the rest is not read. */
async function textUpTo(
  response: Response,
  mostBytes: number,
): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const piece of response.body) {
    bytes += piece.length;
    if (bytes > mostBytes) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
