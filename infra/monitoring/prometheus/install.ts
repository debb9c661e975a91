import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { findPrograms } from "../programs.ts";

/**
 * Prometheus and its tool, from the path, else from Debian's package, unpacked in the stack's home.
 *
 * @param say is told in a line what is being fetched
 * @returns where they are, or a sentence that says what to install
 */
export async function prometheusPrograms(
  say: (line: string) => void,
): Promise<{ prometheus: string; promtool: string } | { missing: string }> {
  return await findPrograms({
    debianPackage: "prometheus",
    programs: { prometheus: ["prometheus"], promtool: ["promtool"] },
    folder: join(stackHome().root, "prometheus"),
    missing:
      "Prometheus (prometheus and promtool) is not on the path: install Prometheus 2.42 or newer.",
  }, say);
}
