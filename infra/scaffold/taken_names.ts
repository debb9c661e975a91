import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { services } from "#contracts/services.ts";
import { variables } from "#runtime/generated/variables.ts";
import { portNames } from "#local/settings.ts";
import type { NewConsumer } from "./new_consumer.ts";

const Keys = z.record(z.string(), z.unknown());

/**
 * What has the name of a consumer already, as the end of a sentence; undefined if nothing has.
 *
 * @param root of the repository
 */
export async function ownerOfName(
  { name, variable }: NewConsumer,
  root: string,
): Promise<string | undefined> {
  if (existsSync(join(root, "workers", name))) return `workers/${name}`;
  const owners: readonly (readonly [string, readonly string[]])[] = [
    ["a service of contracts/services.ts", Object.keys(services)],
    ["a part of the local stack", portNames],
    ["a task of deno.json", await keysIn(root, "deno.json", "tasks")],
    ["a script of package.json", await keysIn(root, "package.json", "scripts")],
    [
      "a container",
      await keysIn(root, "infra/deploy/compose/compose.yaml", "services"),
    ],
  ];
  for (const [owner, names] of owners) {
    if (names.includes(name)) return owner;
  }
  const read = ["PORT", "GROUP_ID", "INSTANCES"]
    .map((what) => `EVENTFLOW_${variable}_${what}`)
    .find((one) => variables.includes(one));
  return read && `the variable ${read}`;
}

async function keysIn(
  root: string,
  path: string,
  key: string,
): Promise<string[]> {
  const file = Keys.parse(parse(await readFile(join(root, path), "utf8")));
  return Object.keys(Keys.parse(file[key]));
}
