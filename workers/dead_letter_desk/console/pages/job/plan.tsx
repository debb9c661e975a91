/** @jsxImportSource hono/jsx */
import type { Job } from "../../../queries/jobs.ts";
import { Data, Money } from "../../parts/data.tsx";
import { counted, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";

const ofWords = {
  letters: "dead letters",
  facts: "facts",
  unmapped: "unmapped webhooks",
} as const;

/** What was frozen when the job was planned. */
export function Plan({ job }: { readonly job: Job }) {
  const { options, filter, edit } = job;
  return (
    <section class="box" aria-labelledby="plan">
      <h2 id="plan">Plan, frozen</h2>
      <dl class="facts">
        <dt>Planned</dt>
        <dd>
          <Time at={job.planned_at} /> by <Data text={job.planned_by} />
        </dd>
        <dt>Why</dt>
        <dd>
          <Data text={job.reason} />
        </dd>
        <dt>Of</dt>
        <dd>
          {ofWords[job.of]} in {visible(job.topic)}
        </dd>
        {job.replay_for === null ? null : (
          <>
            <dt>For</dt>
            <dd>{visible(job.replay_for)}</dd>
          </>
        )}
        <dt>Filter</dt>
        <dd>
          {Object.entries(filter).map(([name, value]) => (
            <div key={name}>
              {visible(name)}: <Data text={value} />
            </div>
          ))}
        </dd>
        <dt>Records</dt>
        <dd>{thousands(job.selected)}</dd>
        <dt>Amounts</dt>
        <dd>
          <Money amounts={job.amounts} />
        </dd>
        <dt>Rate</dt>
        <dd>
          {options.rate === null
            ? "as fast as it goes"
            : `${counted(options.rate, "record")} a second at most`}
        </dd>
        <dt>Stops above</dt>
        <dd>
          {Math.round(options.stop_above * 1_000) / 10}{" "}
          % of the sent that fail again
        </dd>
        <dt>Order</dt>
        <dd>
          {options.out_of_order
            ? "forced: earlier dead letters of the same payments may stay behind"
            : "that of the originals, per payment"}
        </dd>
        {job.approved_at === null ? null : (
          <>
            <dt>Approved</dt>
            <dd>
              <Time at={job.approved_at} /> by <Data text={job.approved_by} />
            </dd>
          </>
        )}
        {job.started_at === null ? null : (
          <>
            <dt>Started</dt>
            <dd>
              <Time at={job.started_at} />
            </dd>
          </>
        )}
        {job.finished_at === null ? null : (
          <>
            <dt>Finished</dt>
            <dd>
              <Time at={job.finished_at} />
            </dd>
          </>
        )}
        <dt>Positions</dt>
        <dd>
          <code>{visible(job.positions_sha256)}</code>
        </dd>
        <dt>Plan's hash</dt>
        <dd>
          <code>{visible(job.plan_sha256)}</code>
        </dd>
      </dl>
      {edit === null ? null : "patch" in edit
        ? (
          <details>
            <summary>Edit: a patch of {edit.patch.length}</summary>
            <pre tabindex={0} aria-label="The patch">
              {visible(JSON.stringify(edit.patch, null, 2))}
            </pre>
          </details>
        )
        : <p>Edit: one whole new body. It is seen in the dry run's outcome.</p>}
    </section>
  );
}
