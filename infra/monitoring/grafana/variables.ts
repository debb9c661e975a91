/**
 * What a reader chooses at the top of a board. A further one (the provider of a payment, once metrics tell it)
 * is one more entry, and its name in the boards that have it.
 *
 * @module
 */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { eventflowServices } from "../expected.ts";

/** The data source that `provisioning/datasources/` names. */
export const provisioned = { name: "Prometheus", uid: "eventflow-prometheus" };

/** Whichever data source the reader chose. */
export const datasource = { type: "prometheus", uid: "${datasource}" };

const all = { text: ["All"], value: ["$__all"], selected: true };

const variables = {
  /** A list, and no query: a service that is gone can still be chosen. */
  service: new CustomVariableBuilder("service").label("Service")
    .values(eventflowServices.join(",")).includeAll(true).multi(true)
    .allValue(".+").current(all),
  group: valuesOf("group", "Group", "eventflow_group_lag_records"),
  currency: valuesOf(
    "currency",
    "Currency",
    `{__name__=~"eventflow_analytics_payments_total|eventflow_money_at_risk"}`,
  ),
} satisfies Record<string, Builder<VariableModel>>;

export type VariableName = keyof typeof variables;

/** Every board's, which it begins with. */
const always: readonly Builder<VariableModel>[] = [
  new DatasourceVariableBuilder("datasource").label("Data Source")
    .type("prometheus").current({
      text: provisioned.name,
      value: provisioned.uid,
      selected: true,
    }),
];

/** Where runbooks are read: the stack's Grafana serves the repository's, and others may be read elsewhere. */
const runbooks = new TextBoxVariableBuilder("runbooks").label("Runbooks")
  .defaultValue("/public/runbooks");

export function variablesOf(
  names: readonly VariableName[],
): Builder<VariableModel>[] {
  return [...always, ...names.map((name) => variables[name]), runbooks];
}

function valuesOf(
  name: string,
  label: string,
  series: string,
): QueryVariableBuilder {
  return new QueryVariableBuilder(name).label(label).datasource(datasource)
    .query({ query: `label_values(${series}, ${name})`, refId: name })
    .definition(`label_values(${series}, ${name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .includeAll(true).multi(true).allValue(".+").current(all);
}
