/**
 * Who may import whom. The layers are contracts ← infra/runtime ← ingest, workers and the rest of
 * infra; each imports itself and what is left of it. Beyond that:
 *
 * - contracts imports zod and no other package; its test code also fast-check, node:test, node:assert
 *   and node:fs;
 * - infra/runtime imports packages and Node's builtins, names neither `Deno` nor `Bun`, and imports
 *   nothing of Bun's own;
 * - ingest and workers never import each other, and no service imports another;
 * - the rest of infra starts services and does not import them, but for infra/checks, which reads their
 *   settings, and test code;
 * - kafkajs is imported in infra/kafka/kafkajs only, by test code too.
 *
 * @module
 */
import { resolve, type Target } from "./repository.ts";
import { NOT_A_LITERAL, type Source } from "./source.ts";

export type Violation = {
  readonly path: string;
  readonly line: number;
  /** What was done, as the end of a sentence that begins with the file. */
  readonly what: string;
  readonly rule: string;
};

const kafkajsFolder = "infra/kafka/kafkajs";

const forTestsOfContracts = {
  package: ["fast-check"],
  builtin: ["test", "assert", "fs"],
};

/** What `source` does against the rules; `isTestCode` says whether it runs in tests only. */
export function layerViolations(
  source: Source,
  isTestCode: boolean,
): Violation[] {
  const { path } = source;
  const found: Violation[] = source.imports.flatMap(({ text, line }) => {
    const target = resolve(text, path);
    const rule = brokenRule(path, target, {
      isTestCode,
      isComputed: text === NOT_A_LITERAL,
    });
    return rule ? [{ path, line, what: `imports ${text}`, rule }] : [];
  });
  const layer = layerOf(path);
  if (layer === "contracts" || layer === "infra/runtime") {
    for (const { text, line } of source.runtimeGlobals) {
      const rule = `${layer} runs unchanged on Deno and Bun`;
      found.push({ path, line, what: `uses the global ${text}`, rule });
    }
  }
  return found;
}

function brokenRule(
  importer: string,
  target: Target,
  { isTestCode, isComputed }: { isTestCode: boolean; isComputed: boolean },
): string | undefined {
  const layer = layerOf(importer);
  switch (target.kind) {
    case "file":
      return brokenByFile(importer, target.path, isTestCode);
    case "builtin": {
      const names = isTestCode ? forTestsOfContracts.builtin : [];
      return layer === "contracts" && !names.includes(target.name)
        ? "contracts imports zod and itself"
        : undefined;
    }
    case "package":
      return brokenByPackage(importer, target.name, isTestCode);
    case "unknown":
      return isComputed && layer === "infra"
        ? undefined
        : "an import names a file of the repository, a package or a node: builtin";
  }
}

function brokenByPackage(
  importer: string,
  name: string,
  isTestCode: boolean,
): string | undefined {
  const layer = layerOf(importer);
  if (name === "kafkajs" && !isIn(importer, kafkajsFolder)) {
    return `kafkajs is imported in ${kafkajsFolder} only`;
  }
  if (layer === "infra/runtime" && name === "bun") {
    return "infra/runtime runs unchanged on Deno and Bun";
  }
  const names = ["zod", ...isTestCode ? forTestsOfContracts.package : []];
  return layer === "contracts" && !names.includes(name)
    ? "contracts imports zod and itself"
    : undefined;
}

function brokenByFile(
  importer: string,
  imported: string,
  isTestCode: boolean,
): string | undefined {
  const from = layerOf(importer);
  const to = layerOf(imported);
  const [service, other] = [serviceOf(importer), serviceOf(imported)];
  if (service && other && service !== other) {
    return "no service imports another";
  }
  if (from === to || to === "contracts") return undefined;
  switch (from) {
    case "contracts":
      return "contracts imports zod and itself";
    case "infra/runtime":
      return "infra/runtime imports contracts and itself";
    case "ingest":
    case "workers":
      return to === "infra/runtime"
        ? undefined
        : `${from} imports contracts, infra/runtime and itself`;
    case "infra":
      return to === "infra/runtime" ||
          (to !== "outside" && (isTestCode || isIn(importer, "infra/checks")))
        ? undefined
        : "infra imports contracts, infra/runtime and itself";
    case "outside":
      return undefined;
  }
}

/** `infra` is all of infra but its runtime. */
const layers = [
  "contracts",
  "infra/runtime",
  "ingest",
  "workers",
  "infra",
] as const;

function layerOf(path: string): typeof layers[number] | "outside" {
  return layers.find((layer) => isIn(path, layer)) ?? "outside";
}

/** A service is a folder of its own in ingest or workers. */
function serviceOf(path: string): string | undefined {
  return /^(ingest|workers)\/[^/]+(?=\/)/.exec(path)?.[0];
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
