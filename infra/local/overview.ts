import { join, relative } from "node:path";
import process from "node:process";
import { alignColumns } from "#runtime/columns.ts";
import type { Home } from "./home.ts";
import { databaseUrl } from "./postgres/server.ts";
import { allInstances, serviceUrl } from "./service_jobs.ts";
import type { Places } from "./settings.ts";

type Options = {
  /** Where, or by what command, a part's log is read. */
  readonly logOf: (name: string) => string;
  /** Where the dead-letter desk's tokens are to be had: the end of "whoever has". */
  readonly token: string;
  /** What runs beside the pipeline. */
  readonly others?: readonly { name: string; title: string; url: string }[];
  /** What else is to be said. */
  readonly notes?: readonly string[];
};

/** The table a person sees when all is up: what runs, where it is, where its log is, how it stops. */
export function overview(
  places: Places,
  { logOf, token, others = [], notes = [] }: Options,
): string {
  const { ports } = places;
  const rows = [
    ["WHAT", "URL", "LOG"],
    ...allInstances(places).reverse().map(({ name, service, ports }) => [
      service.title,
      serviceUrl(service.name, ports, service.page),
      logOf(name),
    ]),
    ["Kafka", `127.0.0.1:${ports.kafka}`, logOf("kafka")],
    [
      "PostgreSQL",
      databaseUrl(ports.postgres, "reader"),
      logOf("postgres"),
    ],
    ...others.map(({ name, title, url }) => [title, url, logOf(name)]),
  ];
  return [
    alignColumns(rows),
    "",
    ...notes,
    `The dead-letter desk lets in whoever has ${token}.`,
    "Ctrl-C stops all of it, in order. In another terminal: deno task smoke, deno task health, deno task dlq --help.",
  ].join("\n");
}

/** The log files of parts that run as processes. */
export function logFileIn(home: Home): (name: string) => string {
  return (name) => relative(process.cwd(), join(home.logs, `${name}.log`));
}
