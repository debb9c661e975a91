import { eventTypes } from "#contracts/events/registry.ts";
import { headers, webhookHeaders } from "#contracts/headers.ts";
import { topics } from "#contracts/topics.ts";
import { isTest } from "./repository.ts";
import type { Source } from "./source.ts";
import type { Violation } from "./violation.ts";

/** Names on the wire, and where in contracts each is exported. */
const wireNames = new Map<string, string>([
  ...Object.values(topics).map(({ name }) => pair(name, "topics.ts")),
  ...[...Object.values(headers), ...Object.values(webhookHeaders)]
    .map((name) => pair(name, "headers.ts")),
  ...Object.entries(eventTypes)
    .map(([folder, { type }]) => pair(type, `events/${folder}/`)),
]);

/**
 * Names of topics, headers and event types that are written out outside contracts and test code.
 * Header names are told in any case, and a name is found in the middle of a longer text, but for those
 * that are an ordinary word (`traceparent`): these count only if they are the whole text.
 */
export function nameViolations(source: Source): Violation[] {
  const { path } = source;
  if (isTest(path) || path.startsWith("contracts/")) return [];
  return source.literals.flatMap(({ text, line }) =>
    [...wireNames]
      .filter(([name]) => names(text, name))
      .map(([name, file]) => ({
        path,
        line,
        what: `writes out ${name}`,
        rule: `a name on the wire is written once, in contracts/${file}`,
      }))
  );
}

function names(text: string, name: string): boolean {
  if (text.toLowerCase() === name.toLowerCase()) return true;
  if (/^\w+$/.test(name)) return false;
  const literally = name.replaceAll(".", "\\.");
  return new RegExp(`(?<![\\w.-])${literally}(?![\\w-]|\\.\\w)`, "i").test(
    text,
  );
}

function pair(name: string, file: string): [string, string] {
  return [name, file];
}
