import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { findPrograms } from "../programs.ts";

/**
 * Alertmanager's tool, from the path, else from Debian's package, unpacked in the stack's home. Not
 * Alertmanager itself: Debian's finds its templates in /usr/share and nowhere else, so that it cannot be run
 * from where it is unpacked.
 *
 * @param say is told in a line what is being fetched
 * @returns where it is, or a sentence that says what to install
 */
export async function alertmanagerPrograms(
  say: (line: string) => void,
): Promise<{ amtool: string } | { missing: string }> {
  return await findPrograms({
    debianPackage: "prometheus-alertmanager",
    programs: { amtool: ["amtool"] },
    folder: join(stackHome().root, "alertmanager"),
    missing:
      "Alertmanager's tool (amtool) is not on the path: install Alertmanager 0.25 or newer.",
  }, say);
}
