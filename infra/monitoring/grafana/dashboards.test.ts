import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type {
  Panel,
  RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { buildDashboards } from "./boards.ts";
import { COLUMNS, datasource } from "./panels.ts";

const dashboards = buildDashboards();

/** Every panel that shows something, with a name for a person. */
const shown = dashboards.flatMap(({ title, panels = [] }) =>
  panels.filter(isPanel).map((panel) => ({
    panel,
    name: `${title} / ${panel.title}`,
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

test("the panels of a dashboard have ids and titles of their own", () => {
  for (const { title, panels = [] } of dashboards) {
    const ids = panels.map(({ id }) => id);
    assert.ok(ids.every((id) => Number.isInteger(id)), title);
    assert.equal(new Set(ids).size, ids.length, title);
    const titles = panels.map((panel) => panel.title);
    assert.equal(new Set(titles).size, titles.length, title);
  }
});

test("no panel lies upon another or beyond the dashboard's columns", () => {
  for (const { title: dashboard, panels = [] } of dashboards) {
    const cells = new Map<string, string>();
    for (const { title = "", gridPos } of panels) {
      const name = `${dashboard} / ${title}`;
      assert.ok(gridPos, name);
      const { x, y, w, h } = gridPos;
      assert.ok(w > 0 && h > 0 && x + w <= COLUMNS, `${name} fits in`);
      for (let row = y; row < y + h; row++) {
        for (let column = x; column < x + w; column++) {
          const cell = `${column}/${row}`;
          assert.equal(cells.get(cell), undefined, `${name} is alone`);
          cells.set(cell, name);
        }
      }
    }
  }
});

test("every panel says what it answers, and in which unit", () => {
  for (const { panel, name } of shown) {
    assert.match(panel.description ?? "", /\?/, name);
    assert.ok(panel.fieldConfig?.defaults.unit, name);
  }
});

test("every panel asks the one data source, and its queries can be told apart", () => {
  for (const { panel, name } of shown) {
    const targets = panel.targets ?? [];
    assert.ok(targets.length > 0, name);
    assert.deepEqual(panel.datasource, datasource, name);
    const refIds = targets.map((target) =>
      "refId" in target ? target.refId : undefined
    );
    assert.equal(new Set(refIds).size, refIds.length, name);
    for (const target of targets) {
      const asked = "datasource" in target ? target.datasource : undefined;
      assert.deepEqual(asked, datasource, name);
    }
  }
});

test("the data source that is provisioned is the one the panels ask", async () => {
  const provisioned = await readFile(
    new URL("provisioning/datasources/eventflow.yaml", import.meta.url),
    "utf8",
  );
  const value = (key: string) =>
    new RegExp(`^\\s+${key}: (.+)$`, "m").exec(provisioned)?.[1];
  assert.deepEqual({ type: value("type"), uid: value("uid") }, datasource);
});

function isPanel(panel: Panel | RowPanel): panel is Panel {
  return panel.type !== "row";
}
