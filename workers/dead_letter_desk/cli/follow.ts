import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import type { Job } from "../queries/jobs.ts";
import type { DeskClient } from "./client.ts";
import { number } from "./print.ts";

const POLL_MS = 500;

/** Asks how a job is until it does not go on by itself any more; tells on the way how far it is. */
export async function follow(
  desk: DeskClient,
  id: string,
  { isQuiet }: { readonly isQuiet: boolean },
): Promise<Job> {
  const began = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  let told = "";
  for (;;) {
    const job = await desk.get<Job>(`/jobs/${id}`);
    const seconds = (performance.now() - began) / 1000;
    const text = progressOf(job, seconds);
    if (!isQuiet && text !== told) {
      process.stderr.write(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    }
    told = text;
    if (job.state !== "running") {
      if (!isQuiet && isTerminal) process.stderr.write("\n");
      return job;
    }
    await sleep(POLL_MS);
  }
}

export function progressOf(
  { selected, sent, outcomes, why }: Job,
  seconds: number,
): string {
  const { passed, dead_again, unmapped_again, passed_over } = outcomes;
  const known = passed + dead_again + unmapped_again + passed_over;
  const rate = seconds > 1 ? known / seconds : 0;
  const left = rate > 0 && known < selected
    ? `, ${number(Math.round(rate))}/s, ${
      number(Math.ceil((selected - known) / rate))
    } s left`
    : "";
  const waits = why === null ? "" : `, ${why}`;
  return `${number(sent)} of ${number(selected)} sent, ${
    number(passed)
  } passed, ${number(dead_again)} dead again${
    unmapped_again === 0 ? "" : `, ${number(unmapped_again)} unmapped again`
  }${left}${waits}`;
}
