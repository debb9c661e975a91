/**
 * The kinds of panels the dashboards consist of. Each panel says which question it answers, in which unit,
 * and by which queries.
 *
 * @module
 */
import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
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
  MappingType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";

/** The one data source, as `provisioning/datasources/` names it. */
export const datasource = { type: "prometheus", uid: "eventflow-prometheus" };

/** Columns of a dashboard. */
export const COLUMNS = 24;

export type PanelOptions = {
  readonly title: string;
  /** The question it answers, and what a reader has to know to read it. */
  readonly answers: string;
  /** One of Grafana's units (`@grafana/grafana-foundation-sdk/units`). */
  readonly unit: string;
  /** PromQL, by the name of what it finds: a text in which `{{label}}` stands for the label's value. */
  readonly queries: Readonly<Record<string, string>>;
  /** Columns it takes, of `COLUMNS`. */
  readonly span?: number;
  readonly height?: number;
  readonly decimals?: number;
};

type Levels = {
  /** From where it is a warning. */
  readonly orangeFrom?: number;
  /** From where somebody has to act. */
  readonly redFrom?: number;
  /** What falls below it is as bad. */
  readonly redBelow?: number;
};

/** How something went over time. */
export function lines(
  { isStacked = false, ...options }: PanelOptions & {
    readonly isStacked?: boolean;
  },
): Builder<Panel> {
  const panel = described(new TimeSeries(), { span: 8, ...options })
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(isStacked ? 40 : 10)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder().showLegend(true)
        .displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi)
        .sort(SortOrder.Descending),
    );
  return isStacked
    ? panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    : panel;
}

/** How it is at the moment, with its course behind it. */
export function figures(
  options: PanelOptions & Levels & {
    /** What to show in place of a number. */
    readonly words?: Words;
  },
): Builder<Panel> {
  const panel = described(new Stat(), { span: 4, height: 4, ...options });
  panel.graphMode(BigValueGraphMode.Area);
  if (options.words) panel.mappings([valueMap(options.words)]);
  return coloured(panel, options);
}

/** What it comes to within the time that the dashboard shows. */
export function totals(options: PanelOptions & Levels): Builder<Panel> {
  const panel = described(
    new Stat(),
    { span: 4, height: 4, isInstant: true, ...options },
  );
  panel.graphMode(BigValueGraphMode.None);
  return coloured(panel, options);
}

/** Things side by side, as they are at the moment. */
export function bars(options: PanelOptions & Levels): Builder<Panel> {
  return described(new BarGauge(), { span: 8, isInstant: true, ...options })
    .min(0)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(latest())
    .thresholds(thresholds(options));
}

/** When what was in which state. */
export function states(
  { words, ...options }: PanelOptions & { readonly words: Words },
): Builder<Panel> {
  return described(new StateTimeline(), { span: 12, ...options })
    .mappings([valueMap(words)])
    .fillOpacity(70)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .legend(new VizLegendOptionsBuilder().showLegend(false));
}

type Words = Readonly<Record<number, readonly [text: string, color: string]>>;

type AnyPanel = TimeSeries | Stat | BarGauge | StateTimeline;

/** Writes into a panel what every kind of panel has. */
function described<P extends AnyPanel>(
  panel: P,
  { title, answers, unit, queries, span, height = 8, decimals, isInstant }:
    & PanelOptions
    & { readonly span: number; readonly isInstant?: boolean },
): P {
  panel.title(title).description(answers).datasource(datasource)
    .unit(unit).span(span).height(height);
  if (decimals !== undefined) panel.decimals(decimals);
  for (const [index, [legend, expr]] of Object.entries(queries).entries()) {
    const query = new DataqueryBuilder().expr(expr).legendFormat(legend)
      .datasource(datasource).refId(String.fromCharCode(65 + index));
    panel.withTarget(isInstant ? query.instant() : query.range());
  }
  return panel;
}

function coloured(panel: Stat, levels: Levels): Stat {
  const hasLevels = [levels.orangeFrom, levels.redFrom, levels.redBelow]
    .some((level) => level !== undefined);
  return panel.reduceOptions(latest())
    .colorMode(
      hasLevels ? BigValueColorMode.Background : BigValueColorMode.None,
    )
    .thresholds(thresholds(levels));
}

function latest(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false);
}

function thresholds(
  { orangeFrom, redFrom, redBelow }: Levels,
): ThresholdsConfigBuilder {
  const steps = [
    ...redBelow === undefined ? [] : [{ value: redBelow, color: "green" }],
    ...orangeFrom === undefined ? [] : [{ value: orangeFrom, color: "orange" }],
    ...redFrom === undefined ? [] : [{ value: redFrom, color: "red" }],
  ];
  const lowest = redBelow === undefined ? "green" : "red";
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: lowest }, ...steps]);
}

function valueMap(words: Words): ValueMap {
  const options = Object.entries(words).map(([value, [text, color]], index) =>
    [value, { text, color, index }] as const
  );
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(options),
  };
}
