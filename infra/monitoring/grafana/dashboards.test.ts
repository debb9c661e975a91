import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type {
  Dashboard,
  Panel,
  RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { z } from "zod";
import { alerts, limitOf } from "../prometheus/alerts.ts";
import { buildDashboards } from "./boards.ts";
import { COLUMNS } from "./layout.ts";
import { datasource, provisioned } from "./variables.ts";

const dashboards = buildDashboards();

type Shown = {
  readonly panel: Panel;
  /** Board and panel. */
  readonly name: string;
  readonly board: Dashboard;
};

/** Every panel that shows something. */
const shown: readonly Shown[] = dashboards.flatMap((board) =>
  allOf(board).filter(isPanel).map((panel) => ({
    panel,
    board,
    name: `${board.title} / ${panel.title}`,
  }))
);

test("the streaming overview has the title, the address and the panels of the earlier one", () => {
  const overview = dashboards.find(({ uid }) =>
    uid === "eventflow-streaming-overview"
  );
  assert.equal(overview?.title, "EventFlow Streaming Overview");
  const titles = overview.panels?.map(({ title }) => title) ?? [];
  for (
    const title of [
      "Processing Throughput",
      "DLQ Events (Total)",
      "Processing Errors (Total)",
      "Analytics Throughput by Partition",
      "Analytics Event Age (p95 ms)",
      "Analytics Events by Type",
    ]
  ) {
    assert.ok(titles.includes(title), title);
  }
});

test("every dashboard has an address of its own, of which Grafana takes 40 characters", () => {
  const uids = dashboards.map(({ uid }) => uid ?? "");
  assert.equal(new Set(uids).size, uids.length);
  for (const uid of uids) assert.match(uid, /^[a-z-]{8,40}$/);
});

test("the panels of a dashboard have ids of their own", () => {
  for (const board of dashboards) {
    const ids = allOf(board).map(({ id }) => id);
    assert.ok(ids.every((id) => Number.isInteger(id)), board.title);
    assert.equal(new Set(ids).size, ids.length, board.title);
  }
});

test("no panel is there twice, on whichever board: neither its title nor what it asks", () => {
  const titles = shown.map(({ panel }) => panel.title);
  assert.deepEqual(titles, [...new Set(titles)]);
  const asked = shown.map(({ panel }) =>
    queriesOf(panel).map(({ expr }) => expr).sort().join("\n")
  );
  assert.deepEqual(asked, [...new Set(asked)]);
});

test("the panels of a row fill its lines: no hole, no overlap, and one height a line", () => {
  for (const { title, panels = [] } of dashboards) {
    const rows = Map.groupBy(
      panels.filter(isPanel),
      ({ gridPos }) =>
        panels.filter(isRow).findLast((row) =>
          (row.gridPos?.y ?? 0) < (gridPos?.y ?? 0)
        ),
    );
    const lists = [
      ...rows.values(),
      ...panels.filter(isRow).map((row) => row.panels),
    ].filter(({ length }) => length > 0);
    for (const list of lists) assertFull(list, `${title}, ${list[0]?.title}`);
  }
});

test("the rows of a board stand one below the other, without a gap", () => {
  for (const { title, panels = [] } of dashboards) {
    let y = 0;
    for (const panel of panels) {
      const at = panel.gridPos ?? { x: 0, y: -1, w: 0, h: 0 };
      assert.ok(at.y <= y, `${title} / ${panel.title} leaves a gap`);
      y = Math.max(y, at.y + at.h);
    }
  }
});

test("every panel says what it answers, and in which unit", () => {
  for (const { panel, name } of shown) {
    assert.match(panel.description ?? "", /\?/, name);
    assert.ok(panel.fieldConfig?.defaults.unit, name);
  }
});

test("every panel asks the data source that its reader chose, and its queries can be told apart", () => {
  for (const { panel, name } of shown) {
    const targets = queriesOf(panel);
    assert.ok(targets.length > 0, name);
    assert.deepEqual(panel.datasource, datasource, name);
    const refIds = targets.map(({ refId }) => refId);
    assert.equal(new Set(refIds).size, refIds.length, name);
    for (const target of targets) {
      assert.deepEqual(target.datasource, datasource, name);
    }
  }
});

test("the data source that a board begins with is the one that is provisioned", async () => {
  const text = await readFile(
    new URL("provisioning/datasources/eventflow.yaml", import.meta.url),
    "utf8",
  );
  const value = (key: string) =>
    new RegExp(`^[ -]+${key}: (.+)$`, "m").exec(text)?.[1];
  assert.deepEqual(
    { name: value("name"), uid: value("uid") },
    provisioned,
  );
  assert.equal(value("type"), datasource.type);
  for (const { title, templating } of dashboards) {
    const [first] = templating.list ?? [];
    assert.equal(first?.type, "datasource", title);
    assert.equal(first?.current?.value, provisioned.uid, title);
  }
});

test("a board has each variable that it names", () => {
  for (const board of dashboards) {
    const { templating, ...rest } = board;
    const known = new Set(templating.list?.map(({ name }) => name));
    const named = JSON.stringify(rest).matchAll(/\$\{?([a-z]\w*)/g);
    for (const [, name = ""] of named) {
      assert.ok(known.has(name), `${board.title}: $${name}`);
    }
  }
});

test("titles are in title case", () => {
  const titles = dashboards.flatMap((board) => [
    board.title ?? "",
    ...allOf(board).map(({ title }) => title ?? ""),
    ...(board.templating.list ?? []).map(({ label }) => label ?? ""),
  ]);
  for (const title of titles) assert.equal(title, titleCase(title));
});

test("a tile asks for this moment alone, and nothing keeps a value of what is gone", () => {
  for (const { panel, name } of shown) {
    if (panel.type !== "stat" && panel.type !== "bargauge") continue;
    for (const { instant, range } of queriesOf(panel)) {
      assert.deepEqual(
        { instant, range },
        { instant: true, range: false },
        name,
      );
    }
  }
  assert.doesNotMatch(JSON.stringify(dashboards), /lastNotNull/);
});

test("a coloured tile says something whatever Prometheus has", () => {
  const coloured = shown.filter(({ panel }) =>
    panel.type === "stat" && panel.options.colorMode === "background"
  );
  assert.ok(coloured.length > 5);
  for (const { panel, name } of coloured) {
    const [{ expr } = { expr: "" }] = queriesOf(panel);
    assert.match(
      expr,
      /or vector\(-1\)$|or on \(\) label_replace\(vector/,
      name,
    );
  }
});

test("a colour changes where an alert of the panel fires, and nowhere else", () => {
  for (const { panel, name } of shown) {
    const steps = panel.fieldConfig?.defaults.thresholds?.steps ?? [];
    const limits = alertsOf(panel).flatMap((alert) => limitsOf(alert));
    // Names of what is wrong are 1 each.
    const may = panel.options.textMode === "name" ? [1] : limits;
    for (const { value } of steps) {
      assert.ok(value === null || may.includes(value), `${name}: ${value}`);
    }
  }
});

test("every alert is a link of a panel, and leads to its runbook", () => {
  const linked = new Set(shown.flatMap(({ panel }) => alertsOf(panel)));
  assert.deepEqual(
    [...linked].sort(),
    alerts.map(({ name }) => name).sort(),
  );
});

test("every panel leads to another board", () => {
  const uids = dashboards.map(({ uid }) => uid);
  for (const { panel, name, board } of shown) {
    const boards = (panel.links ?? []).flatMap(({ url }) =>
      /^\/d\/([\w-]+)\?/.exec(url ?? "")?.[1] ?? []
    );
    assert.ok(boards.length > 0, name);
    for (const uid of boards) {
      assert.ok(uids.includes(uid) && uid !== board.uid, `${name}: ${uid}`);
    }
  }
});

test("the table of firing alerts knows the runbook of every alert", () => {
  const table = shown.find(({ panel }) => panel.title === "Firing Alerts");
  const text = JSON.stringify(table?.panel.fieldConfig?.overrides);
  for (const { name, runbook } of alerts) {
    assert.ok(text.includes(`"${name}":{"text":"${runbook}"`), name);
  }
});

test("currencies are never on one axis", () => {
  for (const { panel, name } of shown) {
    if (panel.type === "table") continue;
    for (const { expr, legendFormat } of queriesOf(panel)) {
      assert.doesNotMatch(
        `${expr}${legendFormat}`,
        /by \([^)]*currency|{{currency/,
        name,
      );
      const ofOne = !/eventflow_(?:analytics_amount|money)/.test(expr) ||
        expr.includes(`currency="$currency"`);
      assert.ok(ofOne, name);
    }
  }
});

test("on call, what is not about right and wrong is opened only when it is asked for", () => {
  const onCall = dashboards.find(({ uid }) => uid === "eventflow-on-call");
  const rows = (onCall?.panels ?? []).filter(isRow);
  const from = rows.findIndex(({ title }) => title === "How Full Is It?");
  assert.ok(from > 0);
  assert.deepEqual(
    rows.map(({ collapsed }) => collapsed),
    rows.map((_, index) => index >= from),
  );
});

test("the legend of a graph tells values", () => {
  for (const { panel, name } of shown) {
    if (panel.type !== "timeseries") continue;
    const { displayMode, calcs } = panel.options.legend;
    assert.deepEqual({ displayMode, calcs }, {
      displayMode: "table",
      calcs: ["last", "max"],
    }, name);
  }
});

test("what only counts up is shown as what it rose by", () => {
  for (const { panel, name } of shown) {
    for (const { expr } of queriesOf(panel)) {
      for (
        const [counter] of withoutRates(expr).matchAll(
          /\w+_(?:total|count|sum|bucket)\b/g,
        )
      ) {
        // Only whether there is any.
        const isAsked = expr.includes(`absent(${counter}`) ||
          expr.includes(`0 * sum (${counter}`);
        assert.ok(isAsked, `${name}: ${counter}`);
      }
    }
  }
});

test("dead letters that are kept are not shown as a fault: repaired ones are among them", () => {
  for (const { panel, name } of shown) {
    const ofThem = queriesOf(panel).filter(({ expr }) =>
      /eventflow_dead_letters_kept|eventflow_money_at_risk(?!\{where(?:="un|!="dead_letters"))/
        .test(expr)
    );
    if (ofThem.length === 0) continue;
    assert.match(JSON.stringify(panel), /, Repaired or Not"/, name);
    assert.equal(panel.fieldConfig?.defaults.thresholds, undefined, name);
  }
});

test("series bear names of services, and no addresses", () => {
  for (const { panel, name } of shown) {
    for (const { expr, legendFormat } of queriesOf(panel)) {
      assert.doesNotMatch(`${expr}${legendFormat}`, /\binstance\b/, name);
    }
  }
});

function assertFull(panels: readonly Panel[], name: string): void {
  const lines = Map.groupBy(panels, ({ gridPos }) => gridPos?.y);
  let bottom: number | undefined;
  for (const [y = 0, line] of lines) {
    assert.equal(y, bottom ?? y, `${name}: its lines follow each other`);
    let x = 0;
    const heights = new Set(line.map(({ gridPos }) => gridPos?.h));
    assert.equal(heights.size, 1, `${name}: line at ${y} is one height`);
    for (const { gridPos, title } of line) {
      assert.equal(gridPos?.x, x, `${name}: ${title} begins at a hole`);
      x += gridPos?.w ?? 0;
    }
    assert.equal(x, COLUMNS, `${name}: line at ${y} is full`);
    bottom = y + ([...heights][0] ?? 0);
  }
}

function allOf({ panels = [] }: Dashboard): (Panel | RowPanel)[] {
  return panels.flatMap((panel) =>
    isRow(panel) ? [panel, ...panel.panels] : [panel]
  );
}

function isPanel(panel: Panel | RowPanel): panel is Panel {
  return !isRow(panel);
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === "row";
}

const Query = z.object({
  expr: z.string(),
  legendFormat: z.string(),
  refId: z.string(),
  instant: z.boolean(),
  range: z.boolean(),
  datasource: z.unknown(),
});

function queriesOf({ targets = [] }: Panel): z.infer<typeof Query>[] {
  return z.array(Query).parse(targets);
}

/** The alerts whose runbooks a panel links. */
function alertsOf({ links = [] }: Panel): string[] {
  return links.flatMap(({ title, url }) => {
    const found = alerts.find(({ runbook }) =>
      url === `\${runbooks}/${runbook}`
    );
    return found && title === `Runbook: ${found.name}` ? [found.name] : [];
  });
}

/** All numbers that an alert may fire from: of its rule as a whole, and of each series in it. */
function limitsOf(alert: string): number[] {
  const { expr = "" } = alerts.find(({ name }) => name === alert) ?? {};
  const series = ["", ...expr.match(/\beventflow:[\w:]+/g) ?? []];
  return series.flatMap((one) => {
    try {
      return [limitOf(alert, one || undefined).value];
    } catch {
      return [];
    }
  });
}

/** An expression without what stands in `rate(…[…])` and `increase(…[…])`. */
function withoutRates(expr: string): string {
  return expr.replaceAll(/\b(?:rate|increase)\([^[\]]*\[[^\]]*\]\)/g, "");
}

/** Small words are small, but for the first. */
function titleCase(title: string): string {
  const small = new Set(
    "a an and as at by for from if in of or than the to with over per".split(
      " ",
    ),
  );
  return title.split(" ").map((word, index) => {
    if (index > 0 && small.has(word.toLowerCase())) return word.toLowerCase();
    return /^\(?(?:p95|ms\)?)$/.test(word)
      ? word
      : word.replace(/^\(?[a-z]/, (letter) => letter.toUpperCase());
  }).join(" ");
}
