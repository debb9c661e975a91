/** @jsxImportSource hono/jsx */
import type { Person } from "../../../http/tokens.ts";
import type { Job } from "../../../queries/jobs.ts";
import type { DeskRefusal } from "../../../refusal.ts";
import { LIVE_HEADER } from "../../access/guard.tsx";
import { State } from "../../parts/data.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import {
  counted,
  durationText,
  short,
  thousands,
  visible,
} from "../../parts/text.ts";
import { JobActions } from "./actions.tsx";
import { Plan } from "./plan.tsx";

type Props = {
  readonly job: Job;
  /** What a page knows of the job's state: if it is another, the page is old. */
  readonly stateKey: string;
  /** Records a second, if that is known. */
  readonly rate: number | undefined;
  readonly person: Person;
  readonly refusal: DeskRefusal | undefined;
};

export function JobView(props: Props) {
  const { job, person, refusal } = props;
  return (
    <>
      <div class="head">
        <h1>
          Replay {short(job.job)} <State state={job.state} />
        </h1>
        <a href={`/audit?job=${job.job}`}>What was done with it</a>
      </div>
      <Refusal refusal={refusal} />
      <Progress {...props} />
      <JobActions job={job} person={person} />
      <Plan job={job} />
    </>
  );
}

/** Whether more comes by itself: it runs, or what it has sent has no outcome yet. */
export function isLive({ state, sent, outcomes }: Job): boolean {
  const known = outcomes.passed + outcomes.dead_again +
    outcomes.unmapped_again;
  return state === "running" || (state !== "done" && sent > known);
}

function Progress({ job, stateKey, rate }: Props) {
  const { selected, sent, outcomes, why } = job;
  const settled = sent + outcomes.passed_over;
  const live = isLive(job)
    ? {
      "hx-get": `/replays/${job.job}`,
      "hx-trigger": "every 2s",
      "hx-select": "#live",
      "hx-swap": "outerMorph",
      "hx-headers": JSON.stringify({ [LIVE_HEADER]: stateKey }),
    }
    : {};
  return (
    <section id="live" class="box" aria-labelledby="progress" {...live}>
      <div class="head">
        <h2 id="progress">
          {thousands(sent)} of {counted(selected, "record")} sent
        </h2>
        <p class="soft">{paceText(job, rate)}</p>
      </div>
      <progress
        max={Math.max(1, selected)}
        value={settled}
        aria-label="Sent, or passed over"
      />
      <p class="unseen" role="status">{milestone(job)}</p>
      {why === null ? null : (
        <p class="warning" role="note">
          {job.state === "running" ? "Now: " : ""}
          {visible(why)}
        </p>
      )}
      <dl class="outcomes">
        <Outcome name="Passed" count={outcomes.passed} />
        <Outcome name="Dead again" count={outcomes.dead_again} />
        {job.of === "unmapped"
          ? <Outcome name="Unmapped again" count={outcomes.unmapped_again} />
          : null}
        <Outcome name="Passed over" count={outcomes.passed_over} />
        <Outcome name="Waiting" count={outcomes.waiting} />
      </dl>
      {outcomes.dead_again === 0 ? null : (
        <p>
          <a href={`/dead-letters/records?state=open${sinceOf(job)}`}>
            What failed since it began
          </a>
        </p>
      )}
    </section>
  );
}

function Outcome({ name, count }: {
  readonly name: string;
  readonly count: number;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{thousands(count)}</dd>
    </div>
  );
}

function sinceOf({ started_at }: Job): string {
  return started_at === null ? "" : `&since=${encodeURIComponent(started_at)}`;
}

function paceText(job: Job, rate: number | undefined): string {
  const { state, selected, sent, outcomes } = job;
  if (state !== "running" || rate === undefined) return "";
  const left = selected - sent - outcomes.passed_over;
  if (left === 0) return "all sent, outcomes are awaited";
  const perSecond = `${thousands(Math.round(rate))} records/s`;
  return rate <= 0
    ? "waits for outcomes of the step before"
    : `${perSecond}, ${durationText((left / rate) * 1_000)} left`;
}

/** What is worth hearing: every quarter, and the end. */
function milestone({ state, of, selected, sent, outcomes }: Job): string {
  if (state === "done") {
    return `Done: ${outcomes.passed} passed, ${outcomes.dead_again} dead again, ${
      of === "unmapped" ? `${outcomes.unmapped_again} unmapped again, ` : ""
    }${outcomes.passed_over} passed over.`;
  }
  const quarters = Math.floor(
    ((sent + outcomes.passed_over) / Math.max(1, selected)) * 4,
  );
  return `${state}, ${quarters * 25} percent sent`;
}
