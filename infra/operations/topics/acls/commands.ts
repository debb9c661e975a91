import type { AclEntry } from "./entries.ts";

const options: Readonly<Record<AclEntry["resourceType"], string>> = {
  Topic: "--topic",
  Group: "--group",
  TransactionalId: "--transactional-id",
};

/** What each command begins with; whoever runs them sets what it needs to log in as an administrator. */
export const KAFKA_ACLS =
  'kafka-acls.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --command-config "$KAFKA_ADMIN_PROPERTIES"';

/** Arguments of `kafka-acls.sh`, one command a resource, for all operations of its principal on it. */
export function aclArguments(entries: readonly AclEntry[]): string[][] {
  const byResource = Map.groupBy(
    entries,
    ({ principal, resourceType, patternType, resourceName }) =>
      [principal, resourceType, patternType, resourceName].join(" "),
  );
  return [...byResource.values()].flatMap((entries) => {
    const [first] = entries;
    if (first === undefined) return [];
    const isPrefix = first.patternType === "PREFIXED";
    return [[
      ...["--add", "--allow-principal", first.principal],
      ...new Set(entries.map(({ operation }) => operation))
        .values().flatMap((operation) => ["--operation", operation]),
      ...[options[first.resourceType], first.resourceName],
      ...(isPrefix ? ["--resource-pattern-type", "prefixed"] : []),
    ]];
  });
}

/** A script of these commands, with what each is for. */
export function aclScript(entries: readonly AclEntry[]): string[] {
  return [...Map.groupBy(entries, ({ program }) => program)].flatMap(
    ([program, its]) => {
      const rights = its.map(({ operation, resourceType, why }) =>
        `${operation} on ${resourceType}: to ${why}`
      );
      return [
        "",
        `# ${program}`,
        ...new Set(rights).values().map((right) => `#   ${right}`),
        ...aclArguments(its).map((args) =>
          `${KAFKA_ACLS} ${args.map(quoted).join(" ")}`
        ),
      ];
    },
  );
}

/** As a shell takes it for one word, whatever is in it. */
function quoted(text: string): string {
  return /^[\w.:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
