import { errorCodes } from "#contracts/error_codes.ts";
import { code, generatedPage, table } from "./markdown.ts";

/** Every reason for which a record becomes a dead letter. */
export function errorCodesPage(): string {
  return generatedPage({
    title: "Error codes",
    source: "`contracts/error_codes.ts`",
    parts: [
      "Why a record became a dead letter: `error_code` in its value, and the header of the same meaning.",
      table(
        ["Code", "Meaning"],
        Object.entries(errorCodes).map(([name, meaning]) => [
          code(name),
          meaning,
        ]),
      ),
    ],
  });
}
