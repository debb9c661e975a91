import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** In every version, as `deno task reference` writes it. */
const LIST = "infra/runtime/generated/variables.ts";

/**
 * What a version reads of an environment. Each version is told what it knows and no more: a group or a topic that nothing reads
 * keeps a service from starting, so whoever goes back to a release goes back to its settings.
 *
 * @param root of that version's working tree
 */
export async function knownTo(
  root: string,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { variables }: { variables: readonly string[] } = await import(
    pathToFileURL(join(root, LIST)).href
  );
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => variables.includes(name)),
  );
}
