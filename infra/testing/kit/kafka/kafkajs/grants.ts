import kafkajs from "kafkajs";
import type { AclEntry, AclOperationTypes, AclResourceTypes } from "kafkajs";
import { sleep } from "#runtime/backoff.ts";
import type { Operation, Resource, Right } from "#kafka/access/rights.ts";
import { askAsAdmin } from "./test_admin.ts";

/** A right, and whose it is. */
export type Grant = Right & { readonly principal: string };

/** For tests: grants rights, over a listener where one may do everything, until the broker goes by them. */
export async function grant(
  broker: string,
  grants: readonly Grant[],
): Promise<void> {
  await askAsAdmin([broker], async (admin) => {
    await admin.createAcls({ acl: grants.map(entryOf) });
  });
  await untilKnown(broker, grants, true);
}

/** For tests: takes rights back, until the broker goes by that. */
export async function revoke(
  broker: string,
  grants: readonly Grant[],
): Promise<void> {
  await askAsAdmin([broker], async (admin) => {
    await admin.deleteAcls({ filters: grants.map(entryOf) });
  });
  await untilKnown(broker, grants, false);
}

/** A broker hears of it from its controller. */
async function untilKnown(
  broker: string,
  grants: readonly Grant[],
  isGranted: boolean,
): Promise<void> {
  for (;;) {
    const known = await granted(broker);
    if (grants.every((one) => known.has(describeGrant(one)) === isGranted)) {
      return;
    }
    await sleep(20);
  }
}

/** For tests: all rights that were granted, each in the form of `describeGrant`. */
export async function granted(broker: string): Promise<Set<string>> {
  return await askAsAdmin([broker], async (admin) => {
    const { resources } = await admin.describeAcls({
      resourceType: kafkajs.AclResourceTypes.ANY,
      resourcePatternType: kafkajs.ResourcePatternTypes.ANY,
      permissionType: kafkajs.AclPermissionTypes.ALLOW,
      operation: kafkajs.AclOperationTypes.ANY,
    });
    return new Set(
      resources.flatMap((resource) =>
        resource.acls.map((acl) => describeEntry({ ...resource, ...acl }))
      ),
    );
  });
}

/** As `granted` has it. */
export function describeGrant(grant: Grant): string {
  return describeEntry(entryOf(grant));
}

function describeEntry(
  entry: Pick<
    AclEntry,
    | "principal"
    | "operation"
    | "resourceType"
    | "resourcePatternType"
    | "resourceName"
  >,
): string {
  return [
    entry.principal,
    entry.operation,
    entry.resourceType,
    entry.resourcePatternType,
    entry.resourceName,
  ].join(" ");
}

const resources: Readonly<Record<Resource, AclResourceTypes>> = {
  Topic: kafkajs.AclResourceTypes.TOPIC,
  Group: kafkajs.AclResourceTypes.GROUP,
  TransactionalId: kafkajs.AclResourceTypes.TRANSACTIONAL_ID,
};

const operations: Readonly<Record<Operation, AclOperationTypes>> = {
  Read: kafkajs.AclOperationTypes.READ,
  Write: kafkajs.AclOperationTypes.WRITE,
  Create: kafkajs.AclOperationTypes.CREATE,
  Alter: kafkajs.AclOperationTypes.ALTER,
  Describe: kafkajs.AclOperationTypes.DESCRIBE,
  DescribeConfigs: kafkajs.AclOperationTypes.DESCRIBE_CONFIGS,
  AlterConfigs: kafkajs.AclOperationTypes.ALTER_CONFIGS,
};

function entryOf({ principal, operation, resource, name, pattern }: Grant) {
  return {
    principal,
    host: "*",
    operation: operations[operation],
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: pattern === "prefixed"
      ? kafkajs.ResourcePatternTypes.PREFIXED
      : kafkajs.ResourcePatternTypes.LITERAL,
  };
}
