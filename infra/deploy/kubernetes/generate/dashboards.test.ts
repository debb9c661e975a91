import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { repositoryRoot } from "#local/home.ts";
import { dashboards } from "./dashboards.ts";
import { base } from "./values.ts";

/** `kubectl apply` keeps what it was given in an annotation, and all annotations of a resource are at most so large. */
const ANNOTATIONS_MAX_BYTES = 256 * 1024;

const ConfigMap = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  data: z.record(z.string(), z.string()),
});

const { resources } = dashboards(base);

test("every board that Grafana has is in a ConfigMap that its sidecar looks for", async () => {
  const folder = join(repositoryRoot, "infra/monitoring/grafana/generated");
  const boards = new Map<string, unknown>();
  for (const file of await readdir(folder)) {
    boards.set(file, JSON.parse(await readFile(join(folder, file), "utf8")));
  }
  assert.ok(boards.size > 0);
  const found = resources.map((resource) => ConfigMap.parse(resource))
    .filter(({ metadata }) => metadata.labels.grafana_dashboard === "1")
    .flatMap(({ data }) => Object.entries(data))
    .map(([file, text]) => [file, JSON.parse(text)] as const);
  assert.deepEqual(new Map(found), boards);
});

test("kubectl apply can keep its copy of every board", () => {
  for (const resource of resources) {
    const bytes = new TextEncoder().encode(JSON.stringify(resource)).length;
    assert.ok(
      bytes < ANNOTATIONS_MAX_BYTES,
      `${resource.metadata.name} has ${bytes} B`,
    );
  }
});
