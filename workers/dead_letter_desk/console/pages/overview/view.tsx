/** @jsxImportSource hono/jsx */
import type { CauseRow } from "../../../queries/causes.ts";
import type { Job } from "../../../queries/jobs.ts";
import { LIVE_HEADER } from "../../access/guard.tsx";
import type { FlowNow, GroupNow, Sample } from "../../flow/flow.ts";
import { ratesOf } from "../../flow/flow.ts";
import { Data, Empty, Money, State } from "../../parts/data.tsx";
import { Table } from "../../parts/table.tsx";
import {
  counted,
  durationText,
  short,
  thousands,
  visible,
} from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";
import { lettersByHour, moneyOf } from "./sums.ts";

type Props = {
  readonly causes: readonly CauseRow[];
  readonly oldest: string | null;
  readonly jobs: readonly Job[];
  readonly flow: FlowNow;
  readonly samples: readonly Sample[];
  readonly topics: {
    readonly raw: string;
    readonly validated: string;
    readonly deadLetters: string;
  };
  readonly waits: Readonly<Record<string, string>>;
  readonly now: Date;
  readonly grafanaUrl: string | undefined;
};

const TOP = 5;

export function Overview(props: Props) {
  const { causes, oldest, jobs, grafanaUrl } = props;
  const open = causes.reduce((sum, { count }) => sum + count, 0);
  return (
    <div
      id="live"
      hx-get="/"
      hx-trigger="every 5s"
      hx-select="#live"
      hx-swap="outerMorph"
      hx-headers={JSON.stringify({ [LIVE_HEADER]: "1" })}
    >
      <div class="head">
        <h1>Overview</h1>
        {grafanaUrl === undefined ? null : <a href={grafanaUrl}>Grafana</a>}
      </div>
      <Waits {...props} />
      <ul class="tiles">
        <li>
          <h2>Open dead letters</h2>
          <p class="figure">{thousands(open)}</p>
          <p>
            <small>of {counted(causes.length, "cause")}</small>
          </p>
        </li>
        <li>
          <h2>Oldest open</h2>
          <p>{oldest === null ? "none" : <Time at={oldest} />}</p>
        </li>
        <li>
          <h2>Money waiting</h2>
          <Money amounts={moneyOf(causes)} />
        </li>
      </ul>
      <Stages {...props} />
      <div class="columns">
        <section class="box flush" aria-labelledby="top-causes">
          <h2 id="top-causes">Top causes</h2>
          {causes.length === 0
            ? (
              <Empty>
                Nothing failed that is still open. To see what it looks like,
                send the simulator a payment with{" "}
                <code>"force_corruption": true</code>.
              </Empty>
            )
            : <TopCauses causes={causes.slice(0, TOP)} />}
          {causes.length <= TOP ? null : (
            <p class="more">
              <a href="/dead-letters">All {causes.length} causes</a>
            </p>
          )}
        </section>
        <section class="box flush" aria-labelledby="open-jobs">
          <h2 id="open-jobs">Replays under way</h2>
          {jobs.length === 0
            ? <Empty>No replay runs, and none waits for anybody.</Empty>
            : <OpenJobs jobs={jobs} />}
        </section>
      </div>
      <div class="columns">
        <Hours {...props} />
        <Rates {...props} />
      </div>
    </div>
  );
}

/** Why something does not go on. */
function Waits({ waits, flow, jobs }: Props) {
  const reasons = [
    ...Object.entries(waits).map(([part, why]) => `${part}: ${why}`),
    ...flow.topics.flatMap(({ name, why }) =>
      why === undefined ? [] : [`${name} is not seen: ${why}`]
    ),
    ...flow.groups.flatMap(({ service, members, lag, why }) =>
      why === undefined && members === 0 && lag > 0
        ? [`Nobody works as ${service}: ${counted(lag, "record")} wait.`]
        : []
    ),
    ...jobs.flatMap(({ job, state, why, needs_approval }) =>
      why !== null
        ? [`Job ${short(job)}: ${why}`]
        : state === "planned" && needs_approval
        ? [`Job ${short(job)} waits for the approval of a second person.`]
        : []
    ),
  ];
  if (reasons.length === 0) return null;
  return (
    <section class="warning" aria-label="What waits, and why">
      {reasons.map((why) => <p key={why}>{visible(why)}</p>)}
    </section>
  );
}

function Stages({ flow, samples, topics }: Props) {
  const rate = (topic: string) => {
    const known = ratesOf(samples.slice(-9), topic)
      .filter((one) => one !== null);
    return known.length === 0
      ? undefined
      : known.reduce((sum, one) => sum + one, 0) / known.length;
  };
  return (
    <section aria-label="Stages">
      <ul class="tiles">
        <li>
          <h2>intake</h2>
          <p class="figure">{perSecond(rate(topics.raw))}</p>
          <p>
            <small>into {topics.raw}</small>
          </p>
        </li>
        {flow.groups.map((group) => (
          <li key={group.group} class={isBehind(group) ? "waits" : undefined}>
            <h2>{group.service}</h2>
            <p class="figure">{lagText(group)}</p>
            <p>
              <small>
                {group.why ??
                  `${counted(group.lag, "record")} to do, ${
                    counted(group.members ?? 0, "member")
                  }`}
              </small>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function perSecond(rate: number | undefined): string {
  return rate === undefined ? "–" : `${rate.toFixed(1)}/s`;
}

function isBehind({ lagSeconds, lag, members, why }: GroupNow): boolean {
  return why !== undefined || members === 0 ||
    (lag > 0 && (lagSeconds ?? Infinity) > 60);
}

function lagText({ lag, lagSeconds, why }: GroupNow): string {
  if (why !== undefined) return "not seen";
  if (lag === 0 || lagSeconds === 0) return "up to date";
  return lagSeconds === undefined
    ? "behind"
    : `${durationText(lagSeconds * 1_000)} behind`;
}

function TopCauses({ causes }: { readonly causes: readonly CauseRow[] }) {
  return (
    <Table
      caption="Causes with the most open dead letters"
      rows={causes}
      keyOf={({ cause }) => cause}
      opens
      columns={[
        {
          head: "Cause",
          isName: true,
          cell: ({ cause, message, service }) => (
            <>
              <a href={`/dead-letters/records?cause=${cause}`} data-open="">
                <Data text={message} />
              </a>
              <p>
                <small>{visible(service)}</small>
              </p>
            </>
          ),
        },
        {
          head: "Open",
          isNumber: true,
          cell: ({ count }) => thousands(count),
        },
        {
          head: "Waiting",
          isNumber: true,
          cell: ({ amounts }) => <Money amounts={amounts} />,
        },
      ]}
    />
  );
}

function OpenJobs({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <Table
      caption="Replays that are not over"
      rows={jobs}
      keyOf={({ job }) => job}
      columns={[
        {
          head: "Replay",
          isName: true,
          cell: ({ job }) => <a href={`/replays/${job}`}>{short(job)}</a>,
        },
        { head: "State", cell: ({ state }) => <State state={state} /> },
        {
          head: "Sent",
          isNumber: true,
          cell: ({ sent, selected }) =>
            `${thousands(sent)} of ${thousands(selected)}`,
        },
      ]}
    />
  );
}

function Hours({ causes, now }: Props) {
  const hours = lettersByHour(causes, now);
  return (
    <figure class="box">
      <figcaption>
        Open causes: dead letters an hour, last 24 hours (
        {thousands(hours.values.reduce((sum, one) => sum + one, 0))})
      </figcaption>
      <div
        class="chart"
        id="hours"
        hx-morph-skip-children=""
        data-chart={JSON.stringify({
          isBars: true,
          x: hours.x,
          series: [{ label: "Dead letters", values: hours.values }],
        })}
      >
        <p class="soft">The chart needs scripts. Each cause has its hours.</p>
      </div>
    </figure>
  );
}

function Rates({ samples, topics }: Props) {
  const series = [
    { label: "Raw", topic: topics.raw },
    { label: "Validated", topic: topics.validated },
    { label: "Dead letters", topic: topics.deadLetters },
  ];
  return (
    <figure class="box">
      <figcaption>
        How topics grow: offsets a second, marks of transactions among them; the
        last 60 minutes that the desk has run
      </figcaption>
      <div
        class="chart"
        id="rates"
        hx-morph-skip-children=""
        data-chart={JSON.stringify({
          x: samples.slice(1).map(({ atMs }) => Math.round(atMs / 1_000)),
          series: series.map(({ label, topic }) => ({
            label,
            values: ratesOf(samples, topic).map((rate) =>
              rate === null ? null : Math.round(rate * 100) / 100
            ),
          })),
        })}
      >
        <p class="soft">
          The chart needs scripts. Rates are above, by stage.
        </p>
      </div>
    </figure>
  );
}
