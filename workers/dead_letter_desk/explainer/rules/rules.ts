import type { Cluster, LetterCluster } from "../cluster.ts";
import type { Answer, Explainer } from "../explanation.ts";
import { codes, refusals, signals } from "./known_causes.ts";
import { knownFault } from "./repairs.ts";
import { inWords } from "./senders_faults.ts";

/** What is known is told without asking anybody: nothing leaves the process. */
export const rules: Explainer = {
  name: "rules",
  model: null,
  explain: (cluster) => Promise.resolve(explained(cluster)),
};

export function explained(cluster: Cluster): Answer {
  switch (cluster.kind) {
    case "letters":
      return ofLetters(cluster);
    case "refused":
      return ofText(lookUp(refusals, cluster.cause));
    case "anomaly":
      return ofText(signalText(cluster.signal));
  }
}

function ofLetters(cluster: LetterCluster): Answer {
  const { faults, code, means } = cluster;
  const known = faults.map((fault) => ({
    fault,
    its: knownFault(fault, cluster),
  }));
  const repairs = known.map(({ its }) => its?.repair);
  const ofCode = lookUp(codes, code);
  const says = known.map(({ fault, its }) => its?.says ?? inWords(fault));
  const isKnown = known.length > 0 &&
    known.every(({ its }) => its !== undefined);
  const isRepaired = isKnown && repairs.every((one) => one !== undefined);
  const sentences = [
    ...says.slice(0, 8),
    ...!isKnown && ofCode !== undefined ? [ofCode] : [],
    ...known.length === 0 && ofCode === undefined ? [means] : [],
  ];
  return {
    cause: sentences.join(" ").slice(0, 1_200) || "Nothing is known of it.",
    confidence: isRepaired ? 0.9 : isKnown || ofCode !== undefined ? 0.7 : 0.3,
    patch: isRepaired ? repairs.flatMap((one) => one ?? []).slice(0, 20) : null,
  };
}

function ofText(text: string | undefined): Answer {
  return {
    cause: text ?? "Nothing more is known of it than what it says itself.",
    confidence: text === undefined ? 0.3 : 0.7,
    patch: null,
  };
}

/** A signal may say more than the kind that it is of: `volume_low` is of `volume`. */
function signalText(signal: string): string | undefined {
  return Object.entries(signals).find(([one]) => signal.startsWith(one))?.[1];
}

function lookUp(
  table: Readonly<Record<string, string | undefined>>,
  key: string,
): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
