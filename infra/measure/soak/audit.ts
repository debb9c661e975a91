import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { Report } from "#operations/audit/report.ts";
import { repositoryRoot } from "#local/home.ts";
import type { ServiceEnvironment } from "#local/service_jobs.ts";

export type Audit =
  /** It could not say anything, and why. */
  | { readonly kind: "silent"; readonly why: string }
  | { readonly kind: "told"; readonly report: Report };

const DEADLINE_MS = 5 * 60_000;

/**
 * Runs the audit over the whole stack, as an operator would.
 *
 * @param of.accepted file with the ids of the accepted events, one a line; absent: nobody has a list of them
 * @param of.deadlineMs after which it is ended
 */
export async function runAudit(
  { env, accepted, deadlineMs = DEADLINE_MS }: {
    env: ServiceEnvironment;
    accepted?: string;
    deadlineMs?: number;
  },
): Promise<Audit> {
  const program = join(repositoryRoot, "infra/operations/audit/main.ts");
  const list = accepted === undefined ? [] : ["--accepted", accepted];
  const flags = ["--json", ...list];
  const { stdout, stderr } = await new Promise<Output>((resolve) =>
    execFile(
      process.execPath,
      ["run", "--allow-all", program, ...flags],
      {
        cwd: repositoryRoot,
        env: { ...process.env, ...env },
        timeout: deadlineMs,
        maxBuffer: 64 * 1024 * 1024,
      },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    )
  );
  try {
    return { kind: "told", report: Report.parse(JSON.parse(stdout)) };
  } catch {
    const why = stderr.trim() || stdout.trim() || "it printed nothing";
    return { kind: "silent", why: `The audit could not be run: ${why}` };
  }
}

type Output = { readonly stdout: string; readonly stderr: string };
