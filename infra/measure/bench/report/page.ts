/**
 * The report of a run: one page that needs nothing beside it.
 *
 * @module
 */
import { html } from "hono/html";
import type { Html, Part } from "#report/part.ts";
import { readable, withUnit } from "#report/number.ts";
import {
  badge,
  facts,
  figure,
  figures,
  renderPage,
  section,
  toned,
} from "#report/page.ts";
import {
  type BenchResult,
  type Goal,
  type Ratio,
  type StageName,
  stageNames,
} from "../result.ts";
import {
  aboutWhat,
  cautions,
  describeRange,
  duration,
  ratioMedian,
  ratioRange,
} from "../bench_table.ts";
import { judgeGoal, judgeRatio, median, type Verdict } from "../ratios.ts";
import { capitalized, chartOf, explanation } from "./charts.ts";
import { panelTable } from "./panel_table.ts";
import { type Panel, panelsOf, titleOf } from "./panels.ts";

export function renderReport(result: BenchResult): Promise<string> {
  const panels = panelsOf(result.measurements);
  const verdict = result.failures.length === 0 ? "passed" : "failed";
  return renderPage({
    title: `EventFlow benchmark: ${verdict}`,
    body: [
      headline(result),
      stageNames.map((stage) =>
        stageSection(stage, {
          result,
          panels: panels.filter((panel) => panel.stage === stage),
        })
      ),
      section("This run", runFacts(result)),
    ],
  });
}

function headline(result: BenchResult): Html {
  const { ratios, goals, failures, rounds } = result;
  const targets = [...ratios.map(judgeRatio), ...goals.map(judgeGoal)]
    .filter((verdict) => verdict !== "no target");
  const reached = targets.filter((verdict) => verdict === "reached").length;
  const verdict = failures.length === 0
    ? badge("good", "passed")
    : badge("bad", "failed");
  const lines = [
    `${reached} of ${targets.length} targets reached, ${rounds} rounds, begun ${result.startedAt}`,
    `${result.machine}; ${versionsOf(result)}`,
    result.command,
  ];
  return html`
    <h1>EventFlow benchmark ${verdict}</h1>
    <p class="muted">${lines.map((line) => html`${line}<br>`)}</p>
    ${cautions(result).map((one) => html`<p>${toned("neutral", one)}</p>`)}
    ${failures.map((one) => html`<p>${toned("bad", one)}</p>`)}
    ${figures([...ratios.map(ratioCard), ...goals.map(goalCard)], "wide")}
  `;
}

function ratioCard(ratio: Ratio): [Part, Part] {
  const { of, to, better, target } = ratio;
  const verdict = judgeRatio(ratio);
  const sign = better === "more" ? "≥" : "≤";
  const aim = target === undefined
    ? `${better} is better`
    : `target ${sign} ${target.toFixed(2)}: ${verdict}`;
  return [
    judged(verdict, `${ratioMedian(ratio)} ×`),
    [
      html`<b>${of} to ${to}</b><br>`,
      `${capitalized(aboutWhat(ratio))} `,
      around(ratioRange(ratio)),
      html`<br>${judged(verdict, aim)}`,
    ],
  ];
}

function goalCard(goal: Goal): [Part, Part] {
  const { subject, unit, atMost, values } = goal;
  const verdict = judgeGoal(goal);
  return [
    judged(verdict, withUnit(median(values), unit)),
    [
      html`<b>${subject}</b><br>`,
      `${capitalized(aboutWhat(goal))} `,
      around(describeRange(values)),
      html`<br>${
        judged(verdict, `at most ${withUnit(atMost, unit)}: ${verdict}`)
      }`,
    ],
  ];
}

function around(range: string): Html {
  return html`<span class="nowrap">(${range})</span>`;
}

function judged(verdict: Verdict, text: string): Part {
  switch (verdict) {
    case "reached":
      return toned("good", text);
    case "missed":
      return toned("bad", text);
    case "not measured":
      return toned("neutral", text);
    case "no target":
      return text;
  }
}

function stageSection(
  stage: StageName,
  { result, panels }: { result: BenchResult; panels: readonly Panel[] },
): Html | undefined {
  const skipped = result.skipped.filter((one) => one.stage === stage);
  const method = result.methods?.[stage];
  if (panels.length + skipped.length === 0) return undefined;
  return section(capitalized(stage), [
    method && html`<p class="muted">${method}</p>`,
    skipped.map(({ what, why }) =>
      html`<p>${toned("neutral", `Skipped: ${what}. ${why}`)}</p>`
    ),
    panels.map((panel) => [
      html`<h3>${capitalized(titleOf(panel))}</h3>`,
      figure({
        title: titleOf(panel),
        says: explanation(panel, result.rounds),
        svg: chartOf(panel),
      }),
      panelTable(panel),
    ]),
  ]);
}

function runFacts(result: BenchResult): Html {
  const skipped = result.skipped.map(({ stage, what }) => `${stage}, ${what}`);
  return facts([
    ["Command", result.command],
    ["Begun", result.startedAt],
    ["Took", duration(result.seconds)],
    ["Machine", result.machine],
    ["Versions", versionsOf(result)],
    ["Rounds", readable(result.rounds)],
    ["Skipped", skipped.join("; ") || "nothing"],
  ]);
}

function versionsOf({ versions }: BenchResult): string {
  return Object.entries(versions)
    .map(([program, version]) => `${program} ${version}`).join(", ");
}
