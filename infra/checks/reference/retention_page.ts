import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { peopleIn, personalFields } from "#contracts/personal_data.ts";
import { topicIds, topics } from "#contracts/topics.ts";
import { repositoryRoot } from "#local/home.ts";
import { code, generatedPage, table } from "./markdown.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const GOOD = "for good";
const INDEX = "until the desk's index is made anew from the topics";

type Kept = {
  readonly kept: string;
  /** What it has of people; `null` if nothing. */
  readonly people: string | null;
};

/** Where tables are made, from the repository's root. */
const sqlFolders = [
  "workers/persistence/migrations",
  "workers/persistence/days",
  "workers/persistence/adoption",
  "workers/dead_letter_desk/migrations",
];

/** Every table that SQL of those folders makes. */
const tables: Readonly<Record<string, Kept>> = {
  events: {
    kept:
      `${GOOD}; by day if \`deno task days --partition\` made it so, until \`--keep-days\` drops a day`,
    people: "the fields below",
  },
  events_rest: { kept: "as `events`", people: "the fields below" },
  event_keys: { kept: `${GOOD}, also of days that were dropped`, people: null },
  event_keys_fill: { kept: GOOD, people: null },
  event_days_dropped: { kept: GOOD, people: null },
  superseded_events: { kept: GOOD, people: "the fields below" },
  provider_transmissions: { kept: GOOD, people: null },
  payments: { kept: GOOD, people: "`payment_id`" },
  payments_fill: { kept: GOOD, people: null },
  enriched_events: { kept: GOOD, people: "`payment_id`, `enrichment`" },
  earlier_events_adoption: { kept: GOOD, people: null },
  earlier_events_not_adopted: {
    kept: GOOD,
    people: "what the earlier service had stored and could not be adopted",
  },
  progress: { kept: INDEX, people: null },
  topic_ids: { kept: INDEX, people: null },
  causes: {
    kept: INDEX,
    people: "who has seen a cause, and a note in their words",
  },
  counters: { kept: INDEX, people: null },
  letters: { kept: INDEX, people: "the payment's key" },
  letter_states: { kept: INDEX, people: null },
  letter_hours: { kept: INDEX, people: null },
  jobs: {
    kept: INDEX,
    people: "who planned and approved it; an edit, which may be of a payer",
  },
  job_selections: { kept: INDEX, people: null },
  job_records: { kept: INDEX, people: null },
  actions: { kept: INDEX, people: `as ${code(topics.desk.name)}` },
  rejections: {
    kept: `${topics.rejected.retentionMs / DAY_MS} days`,
    people: `the latest of each cause whole, as in ${
      code(topics.rejected.name)
    }`,
  },
  unmapped: { kept: INDEX, people: "the payment's key" },
  unmapped_kinds: { kept: INDEX, people: null },
  anomalies: {
    kept: `${topics.anomalies.retentionMs / DAY_MS} days`,
    people: null,
  },
};

const elsewhere: Readonly<Record<string, Kept>> = {
  "the [history](../history.md), if there is one": {
    kept: GOOD,
    people: "as the validated, enriched and dead-letter topics",
  },
  "[backups](../backup.md)": {
    kept: "as you set it up",
    people: "as the database and the topics",
  },
  "logs of services": {
    kept: "as you set it up: they go to standard output",
    people: "ids of events and payments; never a body, a token or a secret",
  },
  "traces, if there are any": {
    kept: "as your receiver has it",
    people: "ids of events and payments",
  },
  "metrics": { kept: "as your Prometheus has it", people: null },
};

/** What is kept where, for how long, and what of it is of a person. */
export async function retentionPage(): Promise<string> {
  const names = await tablesMade();
  const unknown = names.filter((name) => tables[name] === undefined);
  const gone = Object.keys(tables).filter((name) => !names.includes(name));
  if (unknown.length + gone.length > 0) {
    throw new Error(
      `${import.meta.filename} must say of each table how long it is kept: it lacks ${
        unknown.join(", ") || "none"
      }, and has ${gone.join(", ") || "none"} that no SQL makes`,
    );
  }
  const rows = (kept: Readonly<Record<string, Kept>>) =>
    Object.entries(kept).map(([where, its]) => [
      where,
      its.kept,
      its.people ?? "–",
    ]);
  return generatedPage({
    title: "What is kept, and for how long",
    source:
      "`contracts/topics.ts`, `contracts/personal_data.ts` and `infra/checks/reference/retention_page.ts`",
    parts: [
      "A topic's retention is set by `deno task topics --apply`; of a compacted one the last value of each key stays. What a service keeps of itself is said, too.",
      "## Topics",
      table(
        ["Topic", "Kept", "Of people"],
        topicIds.map((id) => [
          code(topics[id].name),
          `${topics[id].retentionMs / DAY_MS} days`,
          peopleIn[id] ?? "–",
        ]),
      ),
      "## Tables",
      "Names of the desk's are in the schema `desk`, and of all others in `public`.",
      table(
        ["Table", "Kept", "Of people"],
        rows(
          Object.fromEntries(
            names.map((name) => [code(name), tables[name]] as const)
              .filter((one): one is [string, Kept] => one[1] !== undefined),
          ),
        ),
      ),
      "## Elsewhere",
      table(["Where", "Kept", "Of people"], rows(elsewhere)),
      "## Fields of an event",
      table(
        ["Field", "Of a person, because"],
        Object.entries(personalFields).map((
          [field, why],
        ) => [code(field), why]),
      ),
      "## When a person asks to be forgotten",
      "No command erases one person yet. Topics forget by themselves, after the days above. Rows of tables can be deleted by their owner; until the records have left the topics, the audit says that they are missing, and a record that is read again makes them anew. Files of a history are changed by an engine that deletes, such as Spark or Trino. Neither touches backups.",
    ],
  });
}

/** In the order in which they are made. */
async function tablesMade(): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const folder of sqlFolders) {
    const files = await readdir(join(repositoryRoot, folder));
    for (const file of files.filter((name) => name.endsWith(".sql")).sort()) {
      const text = await readFile(join(repositoryRoot, folder, file), "utf8");
      const made = /^\s*create table (?:public\.)?([a-z_]+)/gm;
      for (const [, name = ""] of text.matchAll(made)) names.add(name);
    }
  }
  return [...names];
}
