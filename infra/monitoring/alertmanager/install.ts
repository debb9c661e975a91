import { join } from "node:path";
import { stackHome } from "../../stack/home.ts";
import { findPrograms } from "../programs.ts";

/**
 * Alertmanager and its tool, from the path, else from Debian's package, unpacked in the stack's home.
 *
 * @param say is told in a line what is being fetched
 * @returns where they are, or a sentence that says what to install
 */
export async function alertmanagerPrograms(
  say: (line: string) => void,
): Promise<{ alertmanager: string; amtool: string } | { missing: string }> {
  return await findPrograms({
    debianPackage: "prometheus-alertmanager",
    programs: {
      alertmanager: ["alertmanager", "prometheus-alertmanager"],
      amtool: ["amtool"],
    },
    folder: join(stackHome().root, "alertmanager"),
    missing:
      "Alertmanager (alertmanager and amtool) is not on the path: install Alertmanager 0.25 or newer.",
  }, say);
}
