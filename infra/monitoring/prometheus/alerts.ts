/**
 * The alerts of `rules/`, for whoever shows what they watch. Rules are the one place that says from where
 * something is wrong: boards take their thresholds from here.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { prometheusFolder } from "./config.ts";

const Alert = z.object({
  alert: z.string(),
  expr: z.string(),
  labels: z.object({ severity: z.enum(["page", "ticket"]) }),
  annotations: z.object({ runbook_url: z.string() }),
}).transform(({ alert, expr, labels, annotations }) => ({
  name: alert,
  expr,
  severity: labels.severity,
  /** Its page in the folder of runbooks, as the annotation `runbook_url` ends. */
  runbook: basename(annotations.runbook_url),
}));

export type Alert = z.infer<typeof Alert>;

const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.record(z.string(), z.any())) })),
});

/** A number that a rule compares with, and whose it is. */
export type Limit = { readonly alert: string; readonly value: number };

const folder = join(prometheusFolder, "rules");

/** Every alert, in the order of the files. */
export const alerts: readonly Alert[] = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml")).sort()
  .flatMap((file) =>
    Rules.parse(parse(readFileSync(join(folder, file), "utf8"))).groups
  )
  .flatMap(({ rules }) => rules)
  .filter((rule) => "alert" in rule)
  .map((rule) => Alert.parse(rule));

/** @throws {Error} if there is none of this name */
export function alertNamed(name: string): Alert {
  const found = alerts.find((alert) => alert.name === name);
  if (found === undefined) {
    throw new Error(`There is no alert ${name} in ${folder}`);
  }
  return found;
}

/**
 * From where an alert fires.
 *
 * @param series whose limit it is, if the rule compares several: a name as the rule has it
 * @throws {Error} if the rule compares nothing with a number, or not that series
 */
export function limitOf(alert: string, series?: string): Limit {
  const { expr } = alertNamed(alert);
  const text = series === undefined
    ? outsideParentheses(expr)
    : afterName(expr, series);
  const value = /[<>]=?\s*([\d.]+)/.exec(text)?.[1];
  if (value === undefined) {
    throw new Error(
      `${alert} does not compare ${
        series ?? "anything"
      } with a number: ${expr}`,
    );
  }
  return { alert, value: Number(value) };
}

/** What is left of an expression without what stands in parentheses, braces and brackets. */
function outsideParentheses(expr: string): string {
  const inner = /\([^()]*\)|\{[^{}]*\}|\[[^\][]*\]/g;
  const shorter = expr.replaceAll(inner, "");
  return shorter === expr ? expr : outsideParentheses(shorter);
}

/** What follows a series, up to the next name. */
function afterName(expr: string, series: string): string {
  const found = expr.split(new RegExp(`${series}(?![\\w:])`))[1] ?? "";
  return /^(?:\{[^}]*\})?\s*[<>]=?\s*[\d.]+/.exec(found)?.[0] ?? "";
}
