/**
 * What somebody may do with Kafka, in the words of its authorizer ("Authorization and ACLs" of its documentation).
 *
 * @module
 */

export type Operation =
  | "Read"
  | "Write"
  | "Create"
  | "Alter"
  | "Describe"
  | "DescribeConfigs"
  | "AlterConfigs";

export type Resource = "Topic" | "Group" | "TransactionalId";

/** One operation on one resource, or on all whose names begin alike. */
export type Right = {
  readonly operation: Operation;
  readonly resource: Resource;
  readonly name: string;
  readonly pattern: "literal" | "prefixed";
  /** What it is needed for, as the end of "to …". */
  readonly why: string;
};

/** A right as Kafka's tools print it, and as whoever grants it looks for it. */
export function describeRight(
  { operation, resource, name, pattern }: Right,
): string {
  const named = pattern === "prefixed" ? `prefix ${name}` : name;
  return `${operation} on ${resource} ${named}`;
}

export function on(
  resource: Resource,
  name: string,
  operation: Operation,
  why: string,
): Right {
  return { operation, resource, name, pattern: "literal", why };
}

/** The same right on everything whose name begins so. */
export function prefixed(right: Right): Right {
  return { ...right, pattern: "prefixed" };
}

/** Operations that bring others with them (`AclOperation` of Kafka): these need not be granted beside them. */
const IMPLIED: Readonly<Partial<Record<Operation, readonly Operation[]>>> = {
  Describe: ["Read", "Write", "Alter"],
  DescribeConfigs: ["AlterConfigs"],
};

/** Rights without those that are said twice, or that come with another. */
export function leastOf(rights: readonly Right[]): Right[] {
  const keyOf = ({ operation, resource, name, pattern }: Right) =>
    [resource, pattern, name, operation].join(" ");
  const first = new Map<string, Right>();
  for (const right of rights) {
    if (!first.has(keyOf(right))) first.set(keyOf(right), right);
  }
  return [...first.values()].filter((right) =>
    !(IMPLIED[right.operation] ?? []).some((operation) =>
      first.has(keyOf({ ...right, operation }))
    )
  );
}
