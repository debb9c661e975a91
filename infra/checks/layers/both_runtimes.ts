import { NOT_A_LITERAL, type Source } from "./source.ts";
import type { Violation } from "./violation.ts";

const both = /^(contracts|infra\/(runtime|kafka|consumer))\//;
const production =
  /^(contracts|ingest|workers|infra\/(runtime|kafka|consumer|operations|deploy))\//;

/**
 * What rules of imports cannot say: that code which runs on Deno and on Bun names neither, and that code which runs in
 * production writes out what it imports.
 */
export function onBothRuntimes(
  { path, imports, runtimeGlobals }: Source,
): Violation[] {
  const globals = both.test(path) ? runtimeGlobals : [];
  const computed = production.test(path) && !path.endsWith(".test.ts")
    ? imports.filter(({ text }) => text === NOT_A_LITERAL)
    : [];
  return [
    ...globals.map(({ text, line }) => ({
      path,
      line,
      what: `uses the global ${text}`,
      rule: "what runs on Deno and on Bun names neither",
    })),
    ...computed.map(({ line }) => ({
      path,
      line,
      what: "imports what is computed",
      rule: "what is imported is written out",
    })),
  ];
}
