/**
 * The tables of this folder as Terraform reads them.
 *
 * @module
 */
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import { ground, secrets } from "./ground.ts";
import { statementsFor } from "./iam_rights.ts";
import { authorities, scaling, tasks, told } from "./tasks.ts";

/** Where the table lies, beside what is written by hand. */
export const TERRAFORM_TABLE = "infra/deploy/aws/terraform/generated";

/** As it is written: in the place of the cluster's ARN, which the account knows, its parts are named in braces. */
export function terraformPages(): ReadonlyMap<string, string> {
  const needs = allNeeds(usualNames());
  const rightsOf = (program: string | null) =>
    statementsFor(needs.get(program ?? "") ?? [], {
      before: "{before}",
      cluster: "{cluster}",
    });
  const table = {
    ...ground,
    secrets,
    databaseRoles,
    scaling,
    told,
    authorities,
    tasks: Object.fromEntries(tasks.map(({ program, image, ...task }) => [
      task.name,
      {
        ...task,
        // Terraform wants the same fields in each.
        image: { ours: null, public: null, ...image },
        usesKafka: program !== null,
        statements: program === null ? [] : rightsOf(program),
      },
    ])),
  };
  return new Map([["tables.json", JSON.stringify(table, null, 2) + "\n"]]);
}
