import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pluginList } from "#local/history/plugin.ts";
import { kafkaVersion, repositoryRoot } from "#local/home.ts";
import { readJarList, readJars } from "#local/kafka/jars.ts";
import { jrePurls } from "#local/kafka/jre.ts";
import { imageParts, jarParts, npmParts, type Part } from "./parts.ts";

/** All that this repository pins: packages, Kafka's jars, the Java for them, images. */
export async function repositoryParts(): Promise<Part[]> {
  const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");
  const { dependencies } = JSON.parse(await read("package.json"));
  const files = [
    "infra/deploy/images/Dockerfile",
    "infra/deploy/compose/compose.yaml",
  ];
  const images = (await Promise.all(files.map(read))).join("\n");
  return [
    ...npmParts(await read("deno.lock"), Object.keys(dependencies)),
    ...distinct(jarParts([
      ...await readJarList(kafkaVersion()) ?? [],
      ...await readJars(pluginList) ?? [],
    ])),
    ...jrePurls.map((purl): Part => ({
      purl,
      kind: "platform",
      isForDevelopment: true,
    })),
    ...imageParts(images),
  ];
}

/** Kafka and the history's plugin have some jars in common. */
function distinct(parts: readonly Part[]): Part[] {
  return [...new Map(parts.map((part) => [part.purl, part])).values()];
}
