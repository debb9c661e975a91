import { join, relative } from "node:path";
import process from "node:process";
import { alignColumns } from "./columns.ts";
import type { Home } from "./home.ts";
import { services, serviceUrl } from "./services.ts";
import type { Ports } from "./settings.ts";

/** The table a person sees when all is up: what runs, where it is, where its log is, how it stops. */
export function overview(ports: Ports, home: Home): string {
  const log = (name: string) =>
    relative(process.cwd(), join(home.logs, `${name}.log`));
  const rows = [
    ["WHAT", "URL", "LOG"],
    ...[...services].reverse().map(({ name, title, page }) => [
      title,
      serviceUrl(name, ports, page),
      log(name),
    ]),
    ["Kafka", `127.0.0.1:${ports.kafka}`, log("kafka")],
    [
      "PostgreSQL",
      `postgres://eventflow:eventflow@127.0.0.1:${ports.postgres}/eventflow`,
      log("postgres"),
    ],
  ];
  return [
    alignColumns(rows),
    "",
    "Ctrl-C stops all of it, in order. In another terminal: deno task smoke, deno task health.",
  ].join("\n");
}
