import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { isPortFree } from "#processes/ports.ts";
import { type Places, portNames, stackSettings } from "./settings.ts";

/**
 * Makes sure every port of the stack can be listened on.
 *
 * @throws {StartError} a sentence for each that is taken: the port, who wants it, what to set
 */
export async function requireFreePorts(
  { ports, further }: Places,
): Promise<void> {
  const problems: string[] = [];
  const all = portNames.flatMap((name) =>
    [ports[name], ...further[name] ?? []].map((port) => ({ name, port }))
  );
  for (const { name, port } of all) {
    if (await isPortFree(port)) continue;
    const { doc, env } = stackSettings[name];
    problems.push(
      `Port ${port} (${
        doc.replace(/^port (of|on which) /, "")
      }) is taken: end what listens there or set ${env} to another port (0 picks a free one).`,
    );
  }
  if (problems.length > 0) {
    throw new StartError(problems.join("\n"), { exitCode: exitCodes.config });
  }
}
