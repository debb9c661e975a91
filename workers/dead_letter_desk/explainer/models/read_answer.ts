import {
  Answer,
  AnswerRefused,
  type Explanation,
  type Usage,
} from "../explanation.ts";

/** Of an answer with all around it. */
export const MOST_BYTES = 65_536;

/** No call takes more, and sums of it are exact at any price. */
const MOST_TOKENS = 1_000_000_000;

/**
 * What a call took, as whoever answered says.
 *
 * @returns undefined if nobody can have taken that, such as nothing for a question: then all that was set aside counts
 */
export function usageOf(
  tokensIn: unknown,
  tokensOut: unknown,
): Usage | undefined {
  return isCount(tokensIn, 1) && isCount(tokensOut, 0)
    ? { tokensIn, tokensOut }
    : undefined;
}

function isCount(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isInteger(value) &&
    value >= least && value <= MOST_TOKENS;
}

/**
 * A model's answer as it has to be.
 *
 * @param json as the model wrote it
 * @throws {AnswerRefused} if it is another
 */
export function readAnswer(
  json: unknown,
  usage: Usage | undefined,
): Explanation {
  const read = Answer.safeParse(withoutNulls(json));
  if (read.success) return { ...read.data, usage };
  const [issue] = read.error.issues;
  const where = issue?.path.join(".") ?? "";
  throw new AnswerRefused(
    `The model's answer is not as its schema says${
      where === "" ? "" : ` at ${where.slice(0, 60)}`
    }`,
    usage,
  );
}

/**
 * A schema for structured answers has every key in every operation; those that an operation does not have are null there. A `test`
 * and a `replace` may mean null by it.
 */
function withoutNulls(json: unknown): unknown {
  if (typeof json !== "object" || json === null || !("patch" in json)) {
    return json;
  }
  const { patch } = json;
  if (!Array.isArray(patch)) return json;
  return {
    ...json,
    patch: patch.map((operation: unknown) => {
      if (typeof operation !== "object" || operation === null) return operation;
      const takesValue = "op" in operation &&
        (operation.op === "test" || operation.op === "replace");
      return Object.fromEntries(
        Object.entries(operation).filter(([key, value]) =>
          value !== null || key === "value" && takesValue ||
          key !== "value" && key !== "from"
        ),
      );
    }),
  };
}
