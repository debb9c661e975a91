import { Records } from "#contracts/desk_action.ts";
import type { ActionRow } from "../../../queries/actions.ts";
import { counted } from "../../parts/text.ts";

/** What somebody did, in a few words. What is not known here is told by its name. */
export function told({ kind, what }: ActionRow): string {
  const number = (name: string) => {
    const value = what[name];
    return typeof value === "number" ? value : 0;
  };
  const text = (name: string) => {
    const value = what[name];
    return typeof value === "string" ? value : "";
  };
  const records = () => counted(recordsIn(what.records), "record");
  switch (kind) {
    case "plan":
      return `planned a replay of ${counted(number("count"), "record")}`;
    case "edit":
      return "planned an edit";
    case "dry_run":
      return `dry run: ${number("would_pass")} would pass, ${
        number("would_stay_unmapped") === 0
          ? ""
          : `${number("would_stay_unmapped")} would stay unmapped, `
      }${number("would_fail")} would fail`;
    case "approve":
      return `approved the plan ${text("plan_sha256").slice(0, 8)}`;
    case "control":
      return { run: "ran it", pause: "paused it", stop: "stopped it" }[
        text("to")
      ] ?? text("to");
    case "send":
      return `sent ${records()} to ${text("topic")}`;
    case "pass_over":
      return `passed over ${records()}`;
    case "finish":
      return "finished it";
    case "discard":
      return `discarded ${records()}`;
    case "restore":
      return `restored ${records()}`;
    case "quarantine":
      return `quarantined ${records()}`;
    case "acknowledge":
      return "acknowledged a cause";
    case "note":
      return `noted: ${text("text")}`;
    case "unmask":
      return `saw ${records()} unmasked`;
    case "explain":
      return `asked ${text("explainer")} to explain ${subjectOf(text("of"))}`;
    case "explained":
      return `had ${subjectOf(text("of"))} explained by ${text("explainer")}: ${
        text("outcome").replaceAll("_", " ")
      }`;
    default:
      return kind.replaceAll("_", " ");
  }
}

function subjectOf(of: string): string {
  return { letters: "a cause", refused: "refused webhooks" }[of] ??
    "an anomaly";
}

/** How many records an action names, as it was read from the index. */
function recordsIn(records: unknown): number {
  const parsed = Records.safeParse(records);
  return !parsed.success ? 0 : parsed.data.offsets.reduce(
    (sum, { ranges }) =>
      sum + ranges.reduce((all, [first, last]) => all + last - first + 1, 0),
    0,
  );
}
