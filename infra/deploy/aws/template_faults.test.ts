import assert from "node:assert/strict";
import { test } from "node:test";
import { silentAlarms, startedTooSoon } from "./template_faults.ts";

const of = (Type: string, Properties: Record<string, unknown>) => ({
  Resources: { It: { Type, Properties } },
});
const alarm = (its: Record<string, unknown>) =>
  of("AWS::CloudWatch::Alarm", { AlarmActions: [{ Ref: "Told" }], ...its });

test("an alarm about too few of something is told when there is none, of which nothing is reported", () => {
  const low = { ComparisonOperator: "LessThanThreshold" };
  assert.deepEqual(
    silentAlarms(alarm({ ...low, TreatMissingData: "notBreaching" })),
    ["It is silent when there is none at all"],
  );
  assert.deepEqual(
    silentAlarms(alarm({ ...low, TreatMissingData: "breaching" })),
    [],
  );
});

test("an alarm is about what is measured: a lag that is masked while the database is away tells nobody that it is", () => {
  const masked = { ComparisonOperator: "GreaterThanThreshold", Metrics: [{}] };
  assert.equal(silentAlarms(alarm(masked)).length, 1);
  const autoscalers = { AlarmActions: [{ Ref: "TaskCountTargetBehindLower" }] };
  assert.deepEqual(silentAlarms(alarm({ ...masked, ...autoscalers })), []);
});

test("a first deployment starts nothing: a service without its topics ends, and ECS would take all of it back", () => {
  const service = (DesiredCount: number) =>
    of("AWS::ECS::Service", { DesiredCount });
  assert.deepEqual(startedTooSoon(service(0)), []);
  assert.equal(startedTooSoon(service(2)).length, 1);
  assert.equal(
    startedTooSoon(of("AWS::ApplicationAutoScaling::ScalableTarget", {}))
      .length,
    1,
  );
});
