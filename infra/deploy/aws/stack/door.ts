import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Port, SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerCertificate,
  SslPolicy,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
} from "aws-cdk-lib/aws-s3";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { ground } from "../ground.ts";
import type { AwsConfig } from "../settings.ts";
import type { Network } from "./network.ts";
import type { Workloads } from "./workloads.ts";

/** Where webhooks come in from the internet. */
export function door(
  scope: Construct,
  { certificateArn }: AwsConfig,
  { network: { vpc, groups }, workloads }: {
    network: Network;
    workloads: Workloads;
  },
) {
  const { port, health, webhooks, mostRequests, logDays } = ground.door;
  const balancer = new ApplicationLoadBalancer(scope, "Door", {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    internetFacing: true,
    securityGroup: groups.door,
    idleTimeout: Duration.seconds(60),
    dropInvalidHeaderFields: true,
    deletionProtection: true,
  });
  const logs = new Bucket(scope, "DoorLogs", {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [{ expiration: Duration.days(logDays) }],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  balancer.logAccessLogs(logs, "door");
  const listener = balancer.addListener("Https", {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    certificates: [ListenerCertificate.fromArn(certificateArn)],
    sslPolicy: SslPolicy.TLS13_RES,
    open: true,
  });
  const intake = workloads.services.get("intake");
  if (intake === undefined) throw new Error("There is no intake");
  const targets = listener.addTargets("Intake", {
    port,
    protocol: ApplicationProtocol.HTTP,
    targets: [
      intake.loadBalancerTarget({
        containerName: "intake",
        containerPort: port,
      }),
    ],
    deregistrationDelay: Duration.seconds(30),
    healthCheck: { path: health, interval: Duration.seconds(10) },
  });
  groups.door.connections
    .allowTo(groups.intake, Port.tcp(port), "Webhooks");

  const firewall = new CfnWebACL(scope, "Firewall", {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: seenAs("EventFlow"),
    rules: [
      {
        // First, and the last word: AWS's rules read bodies, refuse those above 8 KiB, and see attacks in payments' texts.
        name: "WebhooksAreLeftAlone",
        priority: 0,
        action: { allow: {} },
        visibilityConfig: seenAs("Webhooks"),
        statement: {
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint: "STARTS_WITH",
            searchString: webhooks,
            textTransformations: [{ priority: 0, type: "NONE" }],
          },
        },
      },
      ...ground.door.rules
        .map((name, index) => ({
          name,
          priority: 1 + index,
          overrideAction: { none: {} },
          visibilityConfig: seenAs(name),
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name },
          },
        })),
      {
        name: "NotTooMany",
        priority: 1 + ground.door.rules.length,
        action: { block: {} },
        visibilityConfig: seenAs("NotTooMany"),
        statement: {
          rateBasedStatement: { limit: mostRequests, aggregateKeyType: "IP" },
        },
      },
    ],
  });
  new CfnWebACLAssociation(scope, "FirewallOfDoor", {
    resourceArn: balancer.loadBalancerArn,
    webAclArn: firewall.attrArn,
  });
  new CfnOutput(scope, "DoorName", {
    value: balancer.loadBalancerDnsName,
    description: "What the name that providers send to is a CNAME of",
  });
  return { balancer, targets };
}

export type Door = ReturnType<typeof door>;

function seenAs(metricName: string) {
  return {
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
    metricName,
  };
}
