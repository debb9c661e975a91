/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { Anomaly } from "#contracts/anomaly.ts";
import type { Person } from "../../../http/tokens.ts";
import type { AnomalyFilter } from "../../../queries/anomalies.ts";
import {
  endText,
  meaningOf,
  movedText,
  numberText,
  segmentText,
} from "../../../queries/anomaly_words.ts";
import { may } from "../../may.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data, Empty, Money, State } from "../../parts/data.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { counted, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";

export function Anomalies({ anomalies, filter }: {
  readonly anomalies: readonly Anomaly[];
  readonly filter: AnomalyFilter;
}) {
  const open = anomalies.filter(({ state }) => state === "opened");
  const past = anomalies.filter(({ state }) => state === "closed");
  return (
    <>
      <div class="head">
        <h1>Anomalies</h1>
        <p class="soft">
          {open.length === 0
            ? "Nothing out of the usual"
            : `${counted(open.length, "anomaly", "anomalies")} open`}
        </p>
      </div>
      {filter.provider === undefined ? null : (
        <p>
          Of <Data text={filter.provider} /> alone.{" "}
          <a href="/anomalies">Of all providers</a>
        </p>
      )}
      <section class="box flush" aria-labelledby="open">
        <h2 id="open">Open</h2>
        {open.length === 0
          ? (
            <Empty>
              Nothing out of the usual: payments flow as they do at this hour of
              this weekday, as far as the sentinel has learnt it.
            </Empty>
          )
          : (
            <Rows
              anomalies={open}
              caption="Open anomalies, the latest first"
            />
          )}
      </section>
      {past.length === 0
        ? null
        : (
          <section class="box flush" aria-labelledby="past">
            <h2 id="past">Past</h2>
            <Rows anomalies={past} caption="Past anomalies, the latest first" />
          </section>
        )}
      <Runbook />
    </>
  );
}

function Rows({ anomalies, caption }: {
  readonly anomalies: readonly Anomaly[];
  readonly caption: string;
}) {
  return (
    <Table
      caption={caption}
      rows={anomalies}
      keyOf={({ anomaly_id }) => anomaly_id}
      opens
      columns={columns}
    />
  );
}

const columns: readonly Column<Anomaly>[] = [
  {
    head: "What",
    isName: true,
    cell: (anomaly) => (
      <>
        <a href={addressOf(anomaly)} data-open="">
          <Data text={movedText(anomaly)} />
        </a>
        <p>
          <small>
            <Data text={segmentText(anomaly.segment)} />
          </small>
        </p>
      </>
    ),
  },
  { head: "Signal", cell: ({ signal }) => signal.replaceAll("_", " ") },
  { head: "Since", cell: ({ since }) => <Time at={since} /> },
  { head: "Raised", cell: ({ raised_at }) => <Time at={raised_at} /> },
  { head: "Closed", cell: ({ closed_at }) => <Time at={closed_at} /> },
  {
    head: "Expected",
    isNumber: true,
    cell: ({ expected }) => numberText(expected),
  },
  {
    head: "Observed",
    isNumber: true,
    cell: ({ observed }) => numberText(observed),
  },
  {
    head: "Money affected",
    isNumber: true,
    cell: (anomaly) => <Money amounts={amountsOf(anomaly)} />,
  },
];

/** One anomaly, with all that is known of it; of its explanation what stands in it. */
export function OneAnomaly({ anomaly, person, children }: {
  readonly anomaly: Anomaly;
  readonly person: Person;
  readonly children?: Child;
}) {
  const { signal, segment, evidence, detector, closed_at } = anomaly;
  const facts = {
    Signal: signal.replaceAll("_", " "),
    Where: <Data text={segmentText(segment)} />,
    Since: <Time at={anomaly.since} />,
    Raised: <Time at={anomaly.raised_at} />,
    Closed: <Time at={closed_at} />,
    Expected: numberText(anomaly.expected),
    Observed: numberText(anomaly.observed),
    "Money affected": <Money amounts={amountsOf(anomaly)} />,
  };
  const how = {
    Series: visible(anomaly.series),
    Evidence: `${evidence.nats} nats; ${evidence.threshold} tell an anomaly`,
    "Found after": counted(evidence.minutes, "minute"),
    "Counted against": numberText(evidence.exposure),
    Detector: `version ${detector.version}`,
    "False alarms": `${detector.false_alarms_per_week} a week by chance`,
    "Late events": `waited for ${detector.grace_ms / 1_000} s`,
    "Record of counts": `${anomaly.counts_offset}`,
    Id: <Data text={anomaly.anomaly_id} />,
  };
  return (
    <>
      <div class="head">
        <h1>
          <Data text={movedText(anomaly)} />
        </h1>
        <p>
          <State state={endText(anomaly)} />
        </p>
      </div>
      <p>{meaningOf(anomaly)}</p>
      <div class="columns">
        <section class="box" aria-labelledby="what">
          <h2 id="what">What was found</h2>
          <Facts facts={facts} />
        </section>
        <section class="box" aria-labelledby="how">
          <h2 id="how">Evidence</h2>
          <Facts facts={how} />
        </section>
      </div>
      <section class="box" id="explanation" aria-label="Explanation">
        <h2>Explanation</h2>
        {children}
        {may(person, "explain")
          ? (
            <Form action={`${addressOf(anomaly)}/explain`}>
              <button type="submit">Explain</button>
            </Form>
          )
          : <p class="soft">It takes the role investigator.</p>}
      </section>
      <Runbook />
      <p>
        <a href="/anomalies">All anomalies</a>
      </p>
    </>
  );
}

function Facts({ facts }: {
  readonly facts: Readonly<Record<string, Child>>;
}) {
  return (
    <dl class="facts">
      {Object.entries(facts).map(([name, value]) => (
        <div class="pair" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Runbook() {
  return (
    <p class="soft">
      What to do: <code>docs/runbooks/anomaly_open.md</code>. How it is found:
      {" "}
      <code>docs/sentinel.md</code>.
    </p>
  );
}

function addressOf({ anomaly_id }: Pick<Anomaly, "anomaly_id">): string {
  return `/anomalies/${encodeURIComponent(anomaly_id)}`;
}

function amountsOf({ money_affected }: Pick<Anomaly, "money_affected">) {
  return Object.entries(money_affected).map(([currency, amount]) => ({
    currency,
    amount: `${amount}`,
  }));
}
