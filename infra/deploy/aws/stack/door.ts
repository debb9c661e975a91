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
import type { AwsConfig } from "../settings.ts";
import type { Network } from "./network.ts";
import type { Workloads } from "./workloads.ts";

/** Where providers send to: what comes there is proven by its signature. */
const WEBHOOKS = "/api/webhooks/";

/** Requests of one address in five minutes, of what are no webhooks. */
const MOST_REQUESTS = 1_000;

/** Where webhooks come in from the internet. */
export function door(
  scope: Construct,
  { certificateArn }: AwsConfig,
  { network: { vpc, groups }, workloads }: {
    network: Network;
    workloads: Workloads;
  },
) {
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
    lifecycleRules: [{ expiration: Duration.days(90) }],
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
  const { service: intake, port } = workloads.intake;
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
    // Not /ready: while Kafka is away no intake is, and to replace them all would mend nothing.
    healthCheck: { path: "/health", interval: Duration.seconds(10) },
  });
  groups.door.connections
    .allowTo(groups.intake, Port.tcp(port), "Webhooks");

  const firewall = new CfnWebACL(scope, "Firewall", {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: seenAs("EventFlow"),
    rules: [
      {
        // First, and the last word: AWS's rules read bodies, refuse those above 8 KiB, and see attacks in payments' texts. No other
        // page is reached by a path that begins so: the intake takes paths as they are written, and dots lead nowhere.
        name: "WebhooksAreLeftAlone",
        priority: 0,
        action: { allow: {} },
        visibilityConfig: seenAs("Webhooks"),
        statement: {
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint: "STARTS_WITH",
            searchString: WEBHOOKS,
            textTransformations: [{ priority: 0, type: "NONE" }],
          },
        },
      },
      ...[
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
      ]
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
        priority: 3,
        action: { block: {} },
        visibilityConfig: seenAs("NotTooMany"),
        statement: {
          rateBasedStatement: { limit: MOST_REQUESTS, aggregateKeyType: "IP" },
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
