/**
 * What of a template would only be noticed in an account, on a bad day.
 *
 * @module
 */
import type { Template } from "./template_rights.ts";

/**
 * Names each alarm that would be silent when it is needed most.
 *
 * @returns sentences; none if all is as it should be
 */
export function silentAlarms({ Resources: resources }: Template): string[] {
  return Object.entries(resources).flatMap(([name, { Type, Properties }]) => {
    // An alarm that an autoscaler made for itself tells nobody.
    if (Type !== "AWS::CloudWatch::Alarm" || isAutoscalers(Properties)) {
      return [];
    }
    const { ComparisonOperator, TreatMissingData, Metrics } = Object(
      Properties,
    );
    return [
      ...String(ComparisonOperator).startsWith("LessThan") &&
          TreatMissingData !== "breaching"
        ? [`${name} is silent when there is none at all`]
        : [],
      ...Metrics === undefined
        ? []
        : [`${name} is about a value that is worked out, and may be masked`],
    ];
  });
}

/**
 * Names each service that runs, or that an autoscaler would start, in a template by which nothing is to run yet.
 *
 * @returns sentences; none if all is as it should be
 */
export function startedTooSoon({ Resources: resources }: Template): string[] {
  return Object.entries(resources).flatMap(([name, { Type, Properties }]) =>
    Type === "AWS::ApplicationAutoScaling::ScalableTarget" ||
      Type === "AWS::ECS::Service" && Properties?.DesiredCount !== 0
      ? [`${name} starts before its topics and its tables are there`]
      : []
  );
}

function isAutoscalers(properties: unknown): boolean {
  return JSON.stringify(Reflect.get(Object(properties), "AlarmActions") ?? "")
    .includes("TaskCountTarget");
}
