import { CfnOutput, Duration } from "aws-cdk-lib";
import { AdjustmentType } from "aws-cdk-lib/aws-applicationautoscaling";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ground } from "../ground.ts";
import type { AwsConfig } from "../settings.ts";
import { type Lag, scaling, tasks, type Told, told } from "../tasks.ts";
import type { Database } from "./database.ts";
import type { Door } from "./door.ts";
import type { Workloads } from "./workloads.ts";

const MINUTE = Duration.minutes(1);

/** How many instances there are, by how far they are behind; and who is told when that does not help. */
export function watch(
  scope: Construct,
  { isRunning }: AwsConfig,
  { workloads, database, door }: {
    workloads: Workloads;
    database: Database;
    door: Door;
  },
) {
  const topic = new Topic(scope, "Told", {
    displayName: "EventFlow",
    enforceSSL: true,
  });
  new CfnOutput(scope, "AlarmsTopic", {
    value: topic.topicArn,
    description: "Topic of alarms, to which a person or a pager subscribes",
  });
  const alarm = (
    id: string,
    metric: IMetric,
    { threshold, minutes, description, isLow }: Told,
  ) =>
    new Alarm(scope, id, {
      metric,
      threshold,
      evaluationPeriods: minutes,
      alarmDescription: description,
      comparisonOperator: isLow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Of what there is none at all nothing is reported: too little then, and not too much.
      treatMissingData: isLow
        ? TreatMissingData.BREACHING
        : TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));

  const lagOf = ({ group, topic }: Lag): IMetric =>
    new Metric({
      namespace: "AWS/Kafka",
      metricName: "EstimatedMaxTimeLag",
      dimensionsMap: {
        "Cluster Name": ground.kafka.name,
        "Consumer Group": group,
        Topic: topic,
      },
      statistic: "Maximum",
      period: MINUTE,
    });

  /** While the database is away, work waits on purpose: more who wait would help nobody, and fewer would be missed afterwards. */
  const toScaleBy = (its: Lag): IMetric => {
    const lag = lagOf(its);
    if (!its.waitsForDatabase) return lag;
    return new MathExpression({
      expression:
        `IF(FILL(connections, 0) > 0, lag, ${scaling.whileWaitingSeconds})`,
      usingMetrics: {
        lag,
        connections: database.instance.metricDatabaseConnections({
          statistic: "Maximum",
          period: MINUTE,
        }),
      },
      period: MINUTE,
    });
  };

  for (const { name, running } of tasks) {
    const service = workloads.services.get(name);
    if (service === undefined || running === null) continue;
    const { least, most, lag } = running;
    // A bound would start what is not to run yet.
    if (most > least && isRunning) {
      const count = service.autoScaleTaskCount({
        minCapacity: least,
        maxCapacity: most,
      });
      if (lag === null) {
        count.scaleOnCpuUtilization("Busy", {
          targetUtilizationPercent: scaling.busyPercent,
          scaleOutCooldown: MINUTE,
          scaleInCooldown: Duration.minutes(10),
        });
      } else {
        count.scaleOnMetric("Behind", {
          metric: toScaleBy(lag),
          adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
          scalingSteps: [
            { upper: scaling.fewerAtSeconds, change: -1 },
            { lower: scaling.moreAtSeconds, change: 1 },
          ],
          evaluationPeriods: 3,
          cooldown: Duration.minutes(5),
        });
      }
    }
    if (lag !== null) {
      alarm(`Behind-${name}`, lagOf(lag), {
        threshold: lag.tellAtSeconds,
        minutes: 5,
        isLow: false,
        description: `${name} is behind: docs/runbooks`,
      });
    }
  }

  alarm(
    "DoorRefuses",
    door.targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, {
      statistic: "Sum",
      period: MINUTE,
    }),
    told.doorRefuses,
  );
  alarm(
    "DoorEmpty",
    door.targets.metrics.healthyHostCount({
      statistic: "Minimum",
      period: MINUTE,
    }),
    told.doorEmpty,
  );
  alarm(
    "KafkaOffline",
    new Metric({
      namespace: "AWS/Kafka",
      metricName: "OfflinePartitionsCount",
      dimensionsMap: { "Cluster Name": ground.kafka.name },
      statistic: "Maximum",
      period: MINUTE,
    }),
    told.kafkaOffline,
  );
  alarm(
    "DatabaseFull",
    database.instance.metricFreeStorageSpace({
      statistic: "Minimum",
      period: MINUTE,
    }),
    told.databaseFull,
  );
}
