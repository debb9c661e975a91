import type { Audit } from "../soak/audit.ts";
import type { Comparison } from "./ordered_rows.ts";
import type { StoredVersions } from "./stored_versions.ts";

/** What is known at the end. */
export type Evidence = {
  readonly webhooks: number;
  /** Facts that were rows before the replay. The bug may have kept others from becoming any. */
  readonly storedWithBug: number;
  readonly versions: StoredVersions;
  readonly job: {
    readonly state: string;
    readonly selected: number;
    readonly sent: number;
    readonly passed: number;
    readonly dead_again: number;
  };
  /** Digest and number of the facts that the right mapping told by replay, and of those without the bug. */
  readonly facts: {
    readonly replayed: FactsFound;
    readonly withoutBug: FactsFound;
  };
  /** Facts that analytics has counted as corrections. */
  readonly corrections: number;
  readonly tables: readonly (Comparison & { readonly name: string })[];
  readonly audit: Audit;
};

type FactsFound = { readonly count: number; readonly text: string };

/** What is not as it must be, a sentence each; empty: all is. */
export function faultsIn(evidence: Evidence): string[] {
  const { webhooks, job, facts, corrections, tables } = evidence;
  const { replayed, withoutBug } = facts;
  return [
    ...faultsOfVersions(evidence),
    ...unless(
      job.state === "done" && job.selected === webhooks &&
        job.sent === webhooks && job.passed + job.dead_again === webhooks,
      `The job must have sent each of ${webhooks} webhooks and know what came of it, and it says: ${
        JSON.stringify(job)
      }.`,
    ),
    ...unless(
      replayed.count === withoutBug.count && replayed.text === withoutBug.text,
      `The replay made ${replayed.count} facts (${replayed.text}), and without the bug there are ${withoutBug.count} (${withoutBug.text}).`,
    ),
    ...unless(
      corrections === withoutBug.count,
      `Analytics must have counted ${withoutBug.count} corrections, and it has counted ${corrections}.`,
    ),
    ...tables.flatMap(({ name, rows, expected, differing, named }) =>
      unless(
        differing === 0,
        `${name} has ${rows} rows, ${expected} without the bug, and differs in ${differing}: ${
          named.join("; ")
        }.`,
      )
    ),
    ...faultsOfAudit(evidence.audit),
  ];
}

function faultsOfVersions({ storedWithBug, versions }: Evidence): string[] {
  const { facts, ofOthers, superseded, supersededFacts, wereWrong } = versions;
  return [
    ...unless(
      wereWrong > 0,
      `The planted bug must have made rows wrong, and it has made ${wereWrong} of ${storedWithBug}: nothing is proven.`,
    ),
    ...unless(
      ofOthers === 0,
      `${ofOthers} of ${facts} facts are not of the right mapping's version.`,
    ),
    ...unless(
      superseded === storedWithBug && supersededFacts === storedWithBug,
      `Each of ${storedWithBug} rows of the bug must be kept once, and there are ${superseded}, of ${supersededFacts} facts.`,
    ),
  ];
}

function faultsOfAudit(audit: Audit): string[] {
  if (audit.kind === "silent") return [audit.why];
  const { balanced, found, findings } = audit.report;
  return unless(
    balanced,
    `The audit does not balance: ${JSON.stringify(found)}, such as ${
      findings[0]?.sentence ?? "nothing that it names"
    }`,
  );
}

function unless(isSo: boolean, sentence: string): string[] {
  return isSo ? [] : [sentence];
}
