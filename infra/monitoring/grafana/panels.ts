/**
 * The kinds of panels the dashboards consist of. Each panel says which question it answers, in which unit,
 * by which queries, and where its reader goes on: to the runbook of each alert that watches the same, and to
 * another board.
 *
 * @module
 */
import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import {
  DataqueryBuilder,
  PromQueryFormat,
} from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import type { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Limit } from "../prometheus/alerts.ts";
import { type BoardUid, linkBuilder, toBoard, toRunbook } from "./links.ts";
import { orUnknown, UNKNOWN } from "./missing.ts";
import { steps, valueMap, type Words } from "./values.ts";
import { datasource } from "./variables.ts";

export type PanelOptions = {
  readonly title: string;
  /** The question it answers, and what a reader has to know to read it. */
  readonly answers: string;
  /** One of Grafana's units (`@grafana/grafana-foundation-sdk/units`). */
  readonly unit: string;
  /** PromQL, by the name of what it finds: a text in which `{{label}}` stands for the label's value. */
  readonly queries: Readonly<Record<string, string>>;
  /** Alerts that watch the same, beside those of the levels. */
  readonly alerts?: readonly string[];
  /** The board that says more. */
  readonly next: BoardUid;
  /** Columns it takes. */
  readonly span?: number;
  readonly height?: number;
  readonly decimals?: number;
};

/** From where it is orange and from where red: where alerts fire. */
export type Levels = { readonly orange?: Limit; readonly red?: Limit };

/** How something went over time. */
export function lines(
  { isStacked = false, levels = {}, ...options }: PanelOptions & {
    readonly isStacked?: boolean;
    readonly levels?: Levels;
  },
): Builder<Panel> {
  const panel = described(new TimeSeries(), {
    span: 8,
    height: 9,
    levels,
    ...options,
  })
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(isStacked ? 40 : 10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder().showLegend(true)
        .displayMode(LegendDisplayMode.Table).placement(LegendPlacement.Bottom)
        .calcs(["last", "max"]),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi)
        .sort(SortOrder.Descending),
    );
  if (hasLevels(levels)) {
    panel.thresholds(steps(levels)).thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder()
        .mode(GraphThresholdsStyleMode.Dashed),
    );
  }
  return isStacked
    ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    : panel;
}

/** A number at this moment, without a colour: it is neither good nor bad. */
export function figures(options: PanelOptions): Builder<Panel> {
  return stat(options).colorMode(BigValueColorMode.None);
}

/** One number at this moment, red from where an alert fires, and red while nobody can tell it. */
export function gauge(
  { query, levels, ...options }:
    & Omit<PanelOptions, "queries">
    & { readonly query: string; readonly levels: Levels },
): Builder<Panel> {
  const queries = { [options.title]: orUnknown(query) };
  return stat({ ...options, queries, levels })
    .colorMode(BigValueColorMode.Background)
    .mappings([valueMap({ [UNKNOWN]: ["Unknown", "red"] })])
    .thresholds(steps(levels));
}

/** One state at this moment, in words, and red while nobody can tell it. */
export function state(
  { query, words, ...options }:
    & Omit<PanelOptions, "queries" | "unit">
    & { readonly query: string; readonly words: Words },
): Builder<Panel> {
  return stat({
    ...options,
    unit: "none",
    queries: { [options.title]: orUnknown(query) },
  })
    .colorMode(BigValueColorMode.Background)
    .mappings([valueMap({ ...words, [UNKNOWN]: ["Unknown", "red"] })]);
}

/** What is wrong at this moment, by its name in red; one green name if nothing is: queries as of `named`. */
export function names(
  { query: [name, query], ...options }:
    & Omit<PanelOptions, "queries" | "unit">
    & { readonly query: readonly [name: string, query: string] },
): Builder<Panel> {
  return stat({ ...options, unit: "none", queries: { [name]: query } })
    .textMode(BigValueTextMode.Name)
    .colorMode(BigValueColorMode.Background)
    .thresholds(steps({ red: { value: 1 } }));
}

/** Figures of things at this moment, red with a word if a thing is gone: -1. */
export function parts(
  { gone, ...options }: PanelOptions & { readonly gone: string },
): Builder<Panel> {
  return stat(options)
    .textMode(BigValueTextMode.ValueAndName)
    .colorMode(BigValueColorMode.Background)
    .thresholds(steps({}))
    .mappings([valueMap({ [UNKNOWN]: [gone, "red"] })]);
}

/** Things side by side, as they are at the moment. */
export function bars(
  { levels = {}, ...options }: PanelOptions & { readonly levels?: Levels },
): Builder<Panel> {
  return described(new BarGauge(), {
    span: 8,
    height: 9,
    isInstant: true,
    levels,
    ...options,
  })
    .min(0)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(latest())
    .thresholds(steps(levels));
}

/** When what was in which state. */
export function states(
  { words, ...options }: Omit<PanelOptions, "unit"> & { readonly words: Words },
): Builder<Panel> {
  return described(new StateTimeline(), {
    span: 12,
    height: 9,
    unit: "none",
    ...options,
  })
    .mappings([valueMap(words)])
    .fillOpacity(70)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .legend(new VizLegendOptionsBuilder().showLegend(false));
}

type AnyPanel = TimeSeries | Stat | BarGauge | StateTimeline | Table;

/** Writes into a panel what every kind of panel has. */
export function described<P extends AnyPanel>(
  panel: P,
  options: PanelOptions & {
    readonly span: number;
    readonly height: number;
    readonly levels?: Levels;
    readonly isInstant?: boolean;
    readonly format?: PromQueryFormat;
  },
): P {
  const { title, answers, unit, queries, next, levels = {} } = options;
  const watching = new Set([
    ...[levels.red, levels.orange].flatMap((level) => level?.alert ?? []),
    ...options.alerts ?? [],
  ]);
  panel.title(title).description(answers).datasource(datasource)
    .unit(unit).span(options.span).height(options.height)
    .links(
      [...[...watching].map(toRunbook), toBoard(next)].map(linkBuilder),
    );
  if (options.decimals !== undefined) panel.decimals(options.decimals);
  for (const [index, [legend, expr]] of Object.entries(queries).entries()) {
    const query = new DataqueryBuilder().expr(expr).legendFormat(legend)
      .datasource(datasource).refId(String.fromCharCode(65 + index))
      .format(options.format ?? PromQueryFormat.TimeSeries);
    panel.withTarget(options.isInstant ? query.instant() : query.range());
  }
  return panel;
}

/** A stat tile asks for this moment alone: over a range the last value would outlive what it is of. */
function stat(options: PanelOptions & { readonly levels?: Levels }): Stat {
  return described(new Stat(), {
    span: 6,
    height: 4,
    isInstant: true,
    ...options,
  })
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(latest());
}

function latest(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(["last"]).values(false);
}

function hasLevels({ orange, red }: Levels): boolean {
  return orange !== undefined || red !== undefined;
}
