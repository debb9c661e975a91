import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { EventFlowStack } from "./stack.ts";

/** Rules that this stack does not keep, and why. Whatever else one of them finds fails the synthesis. */
const notKept: readonly { readonly id: string; readonly reason: string }[] = [
  {
    id: "AwsSolutions-EC23",
    reason: "Providers send to the door from anywhere, and it is open at 443",
  },
  {
    id:
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
    reason: "CDK's own function that asks for the brokers' addresses",
  },
  {
    id: "AwsSolutions-SMG4",
    reason:
      "What is read at the start of a service is exchanged by a person, who starts it anew; of webhook secrets two are valid",
  },
  {
    id: "AwsSolutions-RDS11",
    reason: "Who reaches the database is said by its group, not by its port",
  },
  {
    id: "AwsSolutions-ECS2",
    reason: "No variable is a secret: those come from Secrets Manager",
  },
  {
    id: "AwsSolutions-S1",
    reason: "The one bucket is where the door's own log is kept",
  },
];

/** Has each resource checked by the rules of AWS's Well-Architected solutions. */
export function checkByRules(app: App, stack: EventFlowStack): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const rule of [...notKept, ...prefixes(stack)]) {
    Validations.of(stack).acknowledge(rule);
  }
}

/** Transactional ids are one a partition, so that a right to them is to all that begin alike. Each is named. */
function prefixes(stack: EventFlowStack) {
  const cluster = JSON.stringify(stack.resolve(stack.kafkaArn.cluster));
  return stack.transactionalIds.map((id) => ({
    id:
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kafka:${stack.region}:${stack.account}:transactional-id/${cluster}/${id}*]`,
    reason: "Of one group in one topic, one id a partition",
  }));
}
