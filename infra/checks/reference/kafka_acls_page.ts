import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { code, generatedPage, table } from "./markdown.ts";

/** What each program may do with Kafka, as `deno task topics --acls` prints it for these names. */
export function kafkaAclsPage(): string {
  return generatedPage({
    title: "Rights in Kafka",
    source: "`infra/kafka/access/needs.ts`",
    parts: [
      "The rights that each program needs, and no others, by the names that topics and groups have if nothing else is set. `deno task topics --acls` prints them as commands, for the names and the principals of your cluster. `-apply` is the same tool with `--apply`: what a person needs who changes something. The simulator does not talk to Kafka. See [kafka-access.md](../kafka-access.md).",
      table(
        ["Program", "Operation", "Resource", "Name", "To"],
        [...allNeeds(usualNames())].flatMap(([program, rights]) =>
          rights.map(({ operation, resource, name, pattern, why }) => [
            code(program),
            operation,
            resource,
            pattern === "prefixed"
              ? `all that begin with ${code(name)}`
              : code(name),
            why,
          ])
        ),
      ),
    ],
  });
}
