/**
 * Whether today's contracts read what was released: facts stay in topics, in files and in replays for years, and the reader that
 * meets them is of a later version.
 *
 * @module
 */
import fc from "fast-check";
import { z } from "zod";
import { LaterEvent } from "#contracts/events/event_type.ts";
import { isJsonObject } from "#contracts/json_object.ts";
import { plainIssue } from "#contracts/plain_issue.ts";
import type { JsonSchema } from "./json_schema.ts";
import type { Published } from "./published.ts";
import { samplesOf } from "./samples.ts";

/** A contract that was released. */
export type Earlier = {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Values of its fixtures. */
  readonly fixtures: readonly unknown[];
};

/** Who has to read it. */
export type Reader = Pick<Published, "name" | "of" | "schema">;

/**
 * Who has to read what an earlier contract takes: the contract of that name, and each later version of it. Of a type of event that
 * the code does not have any more, whoever takes any event.
 */
export function readersOf(
  earlier: string,
  contracts: readonly Reader[],
): readonly Reader[] {
  const [stem, version] = stemAndVersion(earlier);
  const readers = contracts.filter(({ name }) => {
    const [otherStem, otherVersion] = stemAndVersion(name);
    return otherStem === stem && otherVersion >= version;
  });
  const itself = readers.some(({ name }) => name === earlier);
  return itself
    ? readers
    : [{ name: earlier, of: "event", schema: LaterEvent }, ...readers];
}

function stemAndVersion(name: string): [string, number] {
  const [, stem, version] = /^(.*)\.v([0-9]+)$/.exec(name) ?? [];
  if (stem === undefined) {
    throw new Error(
      `The contract ${name} must end with its version: ${name}.v1`,
    );
  }
  return [stem, Number(version)];
}

/**
 * What a reader does not read of an earlier contract, as a sentence that says what to do; undefined if it reads every fixture and
 * every sample.
 */
export function unreadBy(
  reader: Reader,
  earlier: Earlier,
  { samples, seed }: { samples: number; seed: number },
): string | undefined {
  const { name, schema } = reader;
  const faultOf = (value: unknown) => {
    const { error } = schema.safeParse(asItsOwn(reader, value), {
      reportInput: true,
    });
    return error?.issues.map((issue) =>
      `${issue.path.join(".")} ${plainIssue(issue)}`
    ).join("; ");
  };
  for (const value of earlier.fixtures) {
    const fault = faultOf(value);
    if (fault !== undefined) return sentence(name, earlier.name, fault, value);
  }
  const all = samplesOf(earlier.schema, keysOf(schema));
  const { failed, counterexample } = fc.check(
    fc.property(all, (value) => faultOf(value) === undefined),
    { numRuns: samples, seed },
  );
  if (!failed) return undefined;
  const [value] = counterexample ?? [];
  return sentence(name, earlier.name, faultOf(value), value);
}

/** An event names its type, and its version with it: whoever reads an earlier one as a later one knows that. */
function asItsOwn({ of, name }: Reader, value: unknown): unknown {
  return of === "event" && isJsonObject(value)
    ? { ...value, event_type: name }
    : value;
}

function sentence(
  name: string,
  earlier: string,
  fault: string | undefined,
  value: unknown,
): string {
  return `${name} does not read what ${earlier} allows, and records of it are there for years: ${fault}, in ${
    JSON.stringify(value)
  }. Let ${name} take it, with a key that may be absent or a value that may be wider, or give what means something else another name.`;
}

/** Every key that a schema names, however deep: under each of them an earlier writer may have had anything. */
function keysOf(schema: Reader["schema"]): string[] {
  const keys = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!isJsonObject(node)) return;
    if (isJsonObject(node.properties)) {
      for (const key of Object.keys(node.properties)) keys.add(key);
    }
    Object.values(node).forEach(visit);
  };
  visit(z.toJSONSchema(schema, { io: "input" }));
  return [...keys];
}
