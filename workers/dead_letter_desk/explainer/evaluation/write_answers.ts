/**
 * Writes `written_answers.json` anew, after the evaluation set or the description of clusters has changed:
 * `bun workers/dead_letter_desk/explainer/evaluation/write_answers.ts`.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { promptOf } from "../prompt.ts";
import {
  type EvaluationCluster,
  evaluationClusters,
  subjectOf,
} from "./clusters.ts";
import { injections } from "./injections.ts";
import { askedHash } from "./fake_models.ts";
import { answersFile } from "./written_answers.ts";

const texts = [
  "The sender writes this field in another form than the contract asks for. Plan the patch, and tell the sender.",
  "The letters are whole but for how one field is written. Their meaning is clear, so they can be mended here.",
  "A release of the sender has changed how it names or writes a field. Mend these letters, and have the sender mend the rest.",
];

/** Some are as good as can be, and some as models do get them wrong. */
function contentOf({ truth }: EvaluationCluster, n: number): string {
  const cause = texts[n % texts.length] ?? "";
  const operations =
    truth?.map((one) => ({ value: null, from: null, ...one })) ?? null;
  const answer = (patch: unknown, text = cause) =>
    JSON.stringify({ cause: text, confidence: 0.8, patch });
  switch (n % 12) {
    case 3:
      return answer(null);
    case 5:
      // Forgets to test.
      return answer(operations?.filter(({ op }) => op !== "test") ?? null);
    case 7:
      return `\`\`\`json\n${answer(operations)}\n\`\`\``;
    case 10:
      return answer(operations, `${cause} See https://docs.example/contract.`);
    case 11:
      return answer([{
        op: "replace",
        path: "/payload/amount",
        value: 49.9,
        from: null,
      }]);
    default:
      return answer(operations);
  }
}

/** All answers, by what is asked. */
export async function answersOf(): Promise<Record<string, string>> {
  const all: EvaluationCluster[] = [
    ...await evaluationClusters(),
    ...await injections(),
  ];
  return Object.fromEntries(all.map((one, n) => {
    const { cluster } = subjectOf(one, undefined);
    return [askedHash(promptOf(cluster).user), contentOf(one, n)];
  }));
}

if (import.meta.main) {
  await writeFile(
    answersFile,
    `${JSON.stringify(await answersOf(), null, 1)}\n`,
  );
}
