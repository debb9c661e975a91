/**
 * What the roles of a template may do, held against the table of rights in Kafka.
 *
 * @module
 */
import type { Right } from "#kafka/access/rights.ts";
import { statementsFor } from "./iam_rights.ts";

/** As much of a template as this reads. */
export type Template = {
  readonly Resources: Readonly<
    Record<string, {
      readonly Type: string;
      readonly Properties?: Readonly<Record<string, unknown>>;
    }>
  >;
};

/** The program whose rights a task has, if they are another's than its own name says. */
const programOf: Readonly<Record<string, string>> = { topics: "topics-apply" };

/** What else a task may do: nothing, but for whoever explains dead letters. */
const others: Readonly<Record<string, readonly string[]>> = {
  dead_letter_desk: ["bedrock:InvokeModel"],
};

const CLUSTER = "{cluster}";

/**
 * Names each task whose role may do something else than its row of the table says, be it more or less.
 *
 * @returns sentences; none if all is as it should be
 */
export function wrongRights(
  { Resources: resources }: Template,
  needs: ReadonlyMap<string, readonly Right[]>,
): string[] {
  const wrong: string[] = [];
  const tasks = Object.values(resources)
    .filter(({ Type }) => Type === "AWS::ECS::TaskDefinition");
  if (tasks.length === 0) return ["There are no tasks in the template"];
  for (const { Properties: task = {} } of tasks) {
    const name = String(task.Family).replace(/^eventflow-/, "");
    const role = referenced(task.TaskRoleArn);
    const { ManagedPolicyArns, Policies } = resources[role]?.Properties ?? {};
    if (ManagedPolicyArns || Policies) {
      wrong.push(`${name} has policies that are not looked at`);
    }
    const allowed = new Set<string>();
    for (const { Type, Properties: its = {} } of Object.values(resources)) {
      if (Type !== "AWS::IAM::Policy") continue;
      if (!listOf(its.Roles).some((one) => referenced(one) === role)) continue;
      for (const one of allowedBy(its.PolicyDocument)) allowed.add(one);
    }
    const rights = needs.get(programOf[name] ?? name);
    const expected = new Set(
      rights === undefined ? [] : statementsFor(rights, {
        before: "arn:{partition}:kafka:{region}:{account}",
        cluster: CLUSTER,
      }).flatMap(({ actions, resources }) =>
        actions.flatMap((action) =>
          resources.map((resource) => `${action} on ${resource}`)
        )
      ),
    );
    for (const one of allowed.difference(expected)) {
      const [action = ""] = one.split(" on ");
      const isOther = others[name]?.includes(action) && !one.endsWith("*");
      if (!isOther) wrong.push(`${name} may ${one}, and need not`);
    }
    for (const one of expected.difference(allowed)) {
      wrong.push(`${name} may not ${one}, and has to`);
    }
  }
  return wrong;
}

function allowedBy(document: unknown): string[] {
  return listOf(Reflect.get(Object(document), "Statement")).flatMap((one) => {
    const { Effect, Action, Resource, NotAction, NotResource } = Object(one);
    if (Effect !== "Allow") return [];
    if (NotAction !== undefined || NotResource !== undefined) {
      return ["everything but a list on everything but a list"];
    }
    return listOf(Action).flatMap((action) =>
      listOf(Resource).map((resource) => `${action} on ${rendered(resource)}`)
    );
  });
}

/** What a value of a template comes to, with names in the place of what is known in the account alone. */
function rendered(value: unknown): string {
  if (typeof value === "string") {
    return value.replace(
      /^(arn:[^:]*:kafka:)[^:]*:[^:]*/,
      "$1{region}:{account}",
    );
  }
  const { Ref, "Fn::Join": join, "Fn::Select": select } = Object(value);
  if (Ref === "AWS::Partition") return "{partition}";
  if (select !== undefined) return CLUSTER;
  if (Array.isArray(join)) {
    const [between, parts] = join;
    return rendered(listOf(parts).map(rendered).join(String(between)));
  }
  return JSON.stringify(value);
}

/** The resource whose attribute or name a value is. */
function referenced(value: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = Object(value);
  return String(Ref ?? listOf(attribute)[0] ?? "");
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
