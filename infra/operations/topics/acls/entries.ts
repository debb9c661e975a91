import type { Right } from "#kafka/access/rights.ts";

/** A right of one program's principal, in the fields of Kafka's ACL bindings. */
export type AclEntry = {
  /** The program that needs it. */
  readonly program: string;
  readonly principal: string;
  readonly resourceType: Right["resource"];
  readonly resourceName: string;
  readonly patternType: "LITERAL" | "PREFIXED";
  readonly operation: Right["operation"];
  readonly permissionType: "ALLOW";
  readonly host: "*";
  readonly why: string;
};

/** If nothing else is said: the certificate's or the user's name is the program's. */
export const DEFAULT_PRINCIPAL = "User:{program}";

/**
 * The entries of programs.
 *
 * @param principals by program; every other one has `pattern`, in which `{program}` stands for its name
 */
export function aclEntries(
  needs: ReadonlyMap<string, readonly Right[]>,
  { pattern = DEFAULT_PRINCIPAL, principals = new Map() }: {
    pattern?: string;
    principals?: ReadonlyMap<string, string>;
  } = {},
): AclEntry[] {
  return [...needs].flatMap(([program, rights]) =>
    rights.map((right) => ({
      program,
      principal: principals.get(program) ??
        pattern.replaceAll("{program}", program),
      resourceType: right.resource,
      resourceName: right.name,
      patternType: right.pattern === "prefixed" ? "PREFIXED" : "LITERAL",
      operation: right.operation,
      permissionType: "ALLOW",
      host: "*",
      why: right.why,
    }))
  );
}
