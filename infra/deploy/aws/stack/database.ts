import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { InstanceType, SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  DatabaseSecret,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from "aws-cdk-lib/aws-rds";
import type { Construct } from "constructs";
import { databaseRoles } from "#runtime/database_roles.ts";
import { ground } from "../ground.ts";
import type { AwsConfig } from "../settings.ts";
import type { Network } from "./network.ts";

/** PostgreSQL, with a second one in another zone, and a password for each of EventFlow's roles. */
export function database(
  scope: Construct,
  { databaseSize, databaseGigabytes }: AwsConfig,
  { vpc, groups }: Network,
) {
  const { name, version, dba: dbaName, notInAPassword } = ground.database;
  const { backupDays, rotationDays } = ground.database;
  const [major = ""] = version.split(".");
  const engine = DatabaseInstanceEngine.postgres({
    version: PostgresEngineVersion.of(version, major),
  });
  const instance = new DatabaseInstance(scope, "Database", {
    engine,
    instanceType: new InstanceType(databaseSize),
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    securityGroups: [groups.database],
    multiAz: true,
    databaseName: name,
    credentials: Credentials.fromGeneratedSecret(dbaName, {
      excludeCharacters: notInAPassword,
    }),
    parameterGroup: new ParameterGroup(scope, "DatabaseSettings", {
      engine,
      parameters: { "rds.force_ssl": "1" },
    }),
    storageType: StorageType.GP3,
    allocatedStorage: databaseGigabytes,
    maxAllocatedStorage: 5 * databaseGigabytes,
    storageEncrypted: true,
    backupRetention: Duration.days(backupDays),
    deletionProtection: true,
    removalPolicy: RemovalPolicy.SNAPSHOT,
    cloudwatchLogsExports: ["postgresql"],
    enablePerformanceInsights: true,
    autoMinorVersionUpgrade: true,
  });
  // Nobody who runs has this one. The roles' are exchanged by a person, who starts anew whoever has read them.
  instance.addRotationSingleUser({
    automaticallyAfter: Duration.days(rotationDays),
    excludeCharacters: notInAPassword,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroup: groups.storing,
  });
  const secrets = Object.fromEntries(
    Object.entries(databaseRoles).map(([role, username]) => {
      const secret = new DatabaseSecret(scope, `DatabaseSecret-${role}`, {
        username,
        dbname: name,
        excludeCharacters: notInAPassword,
      });
      return [role, secret.attach(instance)];
    }),
  );
  const dba = instance.secret;
  if (dba === undefined) throw new Error("The DBA's password has no secret");
  return { instance, dba, secrets };
}

export type Database = ReturnType<typeof database>;
