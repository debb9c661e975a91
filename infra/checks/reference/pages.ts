import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "#local/home.ts";
import { format } from "../generated/format.ts";
import { currenciesPage } from "./currencies_page.ts";
import { errorCodesPage } from "./error_codes_page.ts";
import { eventsPage } from "./events_page.ts";
import { deskDocument, intakeDocument, simulatorDocument } from "./openapi.ts";
import { kafkaAclsPage } from "./kafka_acls_page.ts";
import { metricsPage } from "./metrics_page.ts";
import {
  type ServiceSettings,
  settingsIn,
  settingsPage,
} from "./settings_page.ts";
import { retentionPage } from "./retention_page.ts";
import { topicsPage } from "./topics_page.ts";
import { variablesModule } from "./variables.ts";

/** Folder of the pages, from the repository's root. */
export const referenceFolder = "docs/reference";

/** What each page must hold, formatted, by its path in the folder of the reference. */
export async function buildPages(): Promise<Map<string, string>> {
  const pages = {
    "settings.md": settingsPage(await readServiceSettings()),
    "events.md": eventsPage(),
    "topics.md": topicsPage(),
    "retention.md": await retentionPage(),
    "kafka_acls.md": kafkaAclsPage(),
    "error_codes.md": errorCodesPage(),
    "currencies.md": currenciesPage(),
    "metrics.md": metricsPage(),
    "openapi/intake.json": await intakeDocument(),
    "openapi/simulator.json": await simulatorDocument(),
    "openapi/dead_letter_desk.json": await deskDocument(),
  };
  return await formatted(pages);
}

/** The same, of the modules that are generated for the runtime. */
export async function buildModules(): Promise<Map<string, string>> {
  return await formatted({
    "variables.ts": variablesModule(
      await readServiceSettings(),
      await readFile(
        join(repositoryRoot, "infra/deploy/compose/compose.yaml"),
        "utf8",
      ),
    ),
  });
}

async function formatted(
  pages: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(
      Object.entries(pages).map(
        async ([name, page]) => [name, await format(name, page)] as const,
      ),
    ),
  );
}

/** The settings of every service that has some, found by its `settings.ts`. */
export async function readServiceSettings(): Promise<ServiceSettings[]> {
  const found: ServiceSettings[] = [];
  for (const layer of ["ingest", "workers"]) {
    const entries = await readdir(join(repositoryRoot, layer), {
      withFileTypes: true,
    });
    const names = entries.filter((entry) => entry.isDirectory())
      .map(({ name }) => name).sort();
    for (const name of names) {
      const folder = `${layer}/${name}`;
      const files = await readdir(join(repositoryRoot, folder));
      if (!files.includes("settings.ts")) continue;
      const path = `${folder}/settings.ts`;
      const module = await import(
        pathToFileURL(join(repositoryRoot, path)).href
      );
      found.push({ folder, settings: settingsIn(module, path) });
      if (existsSync(join(repositoryRoot, folder, "cli/settings.ts"))) {
        const cli = `${folder}/cli`;
        const module = await import(
          pathToFileURL(join(repositoryRoot, cli, "settings.ts")).href
        );
        found.push({
          folder: cli,
          settings: settingsIn(module, `${cli}/settings.ts`),
        });
      }
    }
  }
  return found;
}
