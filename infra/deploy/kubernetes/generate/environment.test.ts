/**
 * The environment of each pod, read by the settings of its service as it would be at the start: with files that lie as Kubernetes lays
 * them.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  copyFile,
  mkdir,
  mkdtemp,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { connectionRelations, connectionSettings } from "#kafka/settings.ts";
import { certify, makeAuthority } from "#kit/certificates.ts";
import { repositoryRoot } from "#local/home.ts";
import { readConfig, type Relation, type Settings } from "#runtime/config.ts";
import {
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { settingsIn } from "../../../checks/reference/settings_page.ts";
import { type Part, parts } from "../../parts/parts.ts";
import { podOf } from "./pod.ts";
import { overlays } from "./values.ts";

test("every service starts with the environment and the files of its pod", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-pod-"));
  t.after(() => rm(folder, { recursive: true }));
  const authority = await makeAuthority(folder, "authority");
  const login = await certify(authority, { folder, name: "login" });

  for (const values of Object.values(overlays)) {
    for (const part of parts) {
      const { containers: [container] } = podOf(part, values).spec;
      const secrets = await mkdtemp(join(folder, `${part.name}-`));
      await laySecrets(part, secrets, { authority: authority.cert, login });
      const env = Object.fromEntries(
        (container?.env ?? []).map(({ name, value }) => [
          name,
          value.replace("/etc/eventflow/", `${secrets}/`),
        ]),
      );
      const { settings, relations } = await settingsOf(part);
      // It throws in one sentence what is missing, malformed, or at odds with another.
      const config = readConfig(
        part.name,
        { ...settings, ...serviceSettings },
        env,
        relations,
      );
      assert.equal(config.environment, "production");
    }
  }
});

/** The folder's real files are in another one, to which a link shows that is exchanged with all of them. */
async function laySecrets(
  { secrets }: Part,
  folder: string,
  { authority, login }: {
    authority: string;
    login: { cert: string; key: string };
  },
): Promise<void> {
  const data = join(folder, "..2026_11_27");
  await mkdir(data);
  const url = (role: string) =>
    `postgres://eventflow_${role}:${
      "x".repeat(24)
    }@db.example.com:5432/eventflow?sslmode=verify-full&sslrootcert=${folder}/database-ca.crt`;
  await copyFile(authority, join(data, "kafka-ca.crt"));
  await copyFile(authority, join(data, "database-ca.crt"));
  await copyFile(login.cert, join(data, "kafka-user.crt"));
  await copyFile(login.key, join(data, "kafka-user.key"));
  for (const { name } of secrets) {
    const [, role] = /^database-(\w+)-url$/.exec(name) ?? [];
    const text = role !== undefined
      ? url(role)
      : name === "desk-tokens"
      ? `operator:admin:${"y".repeat(64)},approver:approver:${"z".repeat(64)}`
      : "w".repeat(64);
    await writeFile(join(data, name), text);
  }
  await symlink("..2026_11_27", join(folder, "..data"));
  for (
    const name of [
      "kafka-ca.crt",
      "kafka-user.crt",
      "kafka-user.key",
      "database-ca.crt",
      ...secrets.map(({ name }) => name),
    ]
  ) {
    await symlink(join("..data", name), join(folder, name));
  }
}

/** Of jobs, which have no file of settings. */
const ofJobs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  migrate: { databaseSettings, databaseRelations },
  topics: { connectionSettings, connectionRelations },
};

/** What the service of a part reads, and the rules between its settings. */
async function settingsOf(
  { name }: Part,
): Promise<{ settings: Settings; relations: readonly Relation<Settings>[] }> {
  const [path = ""] = ["ingest", "workers"]
    .map((layer) => join(repositoryRoot, layer, name, "settings.ts"))
    .filter((file) => existsSync(file));
  const module: Readonly<Record<string, unknown>> = ofJobs[name] ??
    await import(pathToFileURL(path).href);
  const [, relations = connectionRelations] = Object.entries(module)
    .find(([name]) => /relations$/i.test(name)) ?? [];
  return {
    settings: settingsIn(module, path),
    relations: relations as readonly Relation<Settings>[],
  };
}
