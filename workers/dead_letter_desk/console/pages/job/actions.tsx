/** @jsxImportSource hono/jsx */
import type { Person } from "../../../http/tokens.ts";
import type { Job } from "../../../queries/jobs.ts";
import { may } from "../../may.ts";
import { Form } from "../../parts/csrf.tsx";
import { thousands, visible } from "../../parts/text.ts";
import { ForecastBox } from "../dry_run/view.tsx";
import { TYPED_ABOVE } from "./route.tsx";

/** What can be done with a job now, by this person. */
export function JobActions({ job, person }: {
  readonly job: Job;
  readonly person: Person;
}) {
  const { state, dry_run } = job;
  const isOver = state === "done" || state === "stopped";
  return (
    <>
      {dry_run === null ? null : <ForecastBox forecast={dry_run} />}
      {isOver ? null : (
        <div class="actions">
          <Approval job={job} person={person} />
          <div class="buttons">
            {may(person, "dryRun") && state !== "running"
              ? (
                <Form action={`/replays/${job.job}/dry-run`} class="inline">
                  <button type="submit">
                    {dry_run === null ? "Dry run" : "Dry run once more"}
                  </button>
                </Form>
              )
              : null}
            {may(person, "act") ? <Control job={job} /> : null}
          </div>
        </div>
      )}
    </>
  );
}

function Approval({ job, person }: {
  readonly job: Job;
  readonly person: Person;
}) {
  const { needs_approval, approved_at, planned_by, plan_sha256, selected } =
    job;
  if (!needs_approval || approved_at !== null) return null;
  const isOwn = planned_by === person.subject;
  return (
    <section class="box" aria-labelledby="approval">
      <h2 id="approval">It needs a second person</h2>
      <p>
        {visible(planned_by)} has planned it, with {thousands(selected)}{" "}
        records. {isOwn
          ? "Somebody else has to approve it."
          : may(person, "approve")
          ? "You approve this plan and no other, by its hash."
          : "That takes the role approver."}
      </p>
      <p class="soft">
        <code class="data">{visible(plan_sha256)}</code>
      </p>
      {isOwn || !may(person, "approve")
        ? null
        : (
          <Form action={`/replays/${job.job}/approve`}>
            <input type="hidden" name="plan_sha256" value={plan_sha256} />
            <button type="submit" class="primary">Approve this plan</button>
          </Form>
        )}
    </section>
  );
}

function Control({ job }: { readonly job: Job }) {
  const { state, needs_approval, approved_at, selected, sent } = job;
  const mayRun = !needs_approval || approved_at !== null;
  const run = `/replays/${job.job}/run`;
  return (
    <>
      {state === "running" || !mayRun
        ? null
        : (
          <Form action={run} class="inline">
            {selected <= TYPED_ABOVE ? null : (
              <>
                <label for="count">
                  Type {thousands(selected)} to confirm
                </label>
                <input
                  id="count"
                  name="count"
                  inputmode="numeric"
                  size={9}
                  autocomplete="off"
                  required
                />
              </>
            )}
            <button type="submit" class="primary" data-key="replay">
              {sent > 0 ? "Go on" : "Run"}
            </button>
          </Form>
        )}
      {state === "running"
        ? (
          <Form action={`/replays/${job.job}/pause`} class="inline">
            <button type="submit">Pause</button>
          </Form>
        )
        : null}
      <Form action={`/replays/${job.job}/stop`} class="inline">
        <button type="submit" class="danger">Stop for good</button>
      </Form>
    </>
  );
}
