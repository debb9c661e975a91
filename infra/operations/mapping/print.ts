import { services } from "#contracts/services.ts";
import { alignColumns } from "#runtime/columns.ts";
import { type Change, changesNothing, type Report } from "./report.ts";

const figure = (count: number) => count.toLocaleString("en");

/** Characters of a value that is shown. */
const SHOWN = 60;

/** A report for a person: how many facts a replay would change, at which paths, some of them, and what to do. */
export function printed(report: Report): string {
  const { facts, changed_at, examples, unreadable } = report;
  return [
    heading(report),
    "",
    alignColumns([
      ["facts that stay as they are", figure(facts.same)],
      ["facts that change", figure(facts.changed)],
      ["facts that are new", figure(facts.new)],
      ["facts that are not made any more", figure(facts.gone)],
      ["things that stay unmapped", figure(report.unmapped)],
      ["things that become dead letters", figure(report.refused)],
      ["webhooks of no payment", figure(report.no_payment)],
    ]),
    ...changed_at.length > 0 ? ["", "What changes:"] : [],
    ...changed_at.map(({ path, count }) => `  ${path}: ${figure(count)}`),
    ...examples.length > 0 ? ["", "Such as:"] : [],
    ...examples.map((one) => `  ${exampleText(one)}`),
    ...unreadable.length > 0 ? ["", ...unreadable] : [],
    "",
    verdict(report),
  ].join("\n");
}

function heading(
  { provider, mapping_version, since, until, webhooks, seconds }: Report,
): string {
  return `Mapping of ${provider}, version ${mapping_version}, over ${
    figure(webhooks)
  } webhooks from ${since} to ${until ?? "now"}, in ${seconds.toFixed(1)} s.`;
}

function exampleText({ record, event_id, path, before, after }: Change) {
  if (before === null && path === "") return `${event_id} (${record}) is new`;
  if (after === null && path === "") {
    return `${event_id} (${record}) is not made any more`;
  }
  return `${event_id} (${record}): ${path} ${shown(before)} → ${shown(after)}`;
}

function shown(text: string | null): string {
  if (text === null) return "nothing";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function verdict(report: Report): string {
  if (changesNothing(report)) return "A replay would change nothing.";
  const { facts, provider, since, topic } = report;
  const gone = facts.gone === 0
    ? ""
    : ` It does not take back the ${
      figure(facts.gone)
    } that are not made any more.`;
  return `A replay would change what readers see. Once the mapping is as it should be, and its version raised: deno task dlq replay --from ${topic} --for ${services.validator} --provider ${provider} --since ${since}.${gone}`;
}
