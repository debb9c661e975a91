/**
 * The report of a run: one page that needs nothing beside it.
 *
 * @module
 */
import { html } from "hono/html";
import type { Html } from "#report/part.ts";
import {
  badge,
  chartSection,
  facts,
  figures,
  renderPage,
  section,
  table,
  type Tone,
  toned,
} from "#report/page.ts";
import { describeElection, hasMoved } from "../elections.ts";
import { describeFault, isBroker, serversOf } from "../schedule.ts";
import type { SoakResult } from "../result.ts";
import { describeAudit, inSeconds, timeOf } from "../soak_table.ts";
import {
  lagChart,
  recoveryChart,
  serverMemoryChart,
  serviceMemoryChart,
  throughputChart,
} from "./charts.ts";
import { faultLanes } from "./fault_lanes.ts";
import { faultColors } from "./time_axes.ts";

export function renderReport(result: SoakResult): Promise<string> {
  const verdict = result.failures.length === 0 ? "passed" : "failed";
  return renderPage({
    title: `EventFlow soak: ${verdict}`,
    colors: faultColors,
    body: [headline(result), ...sections(result)],
  });
}

function headline(result: SoakResult): Html {
  const { minutes, rate, brokers, seed, failures } = result;
  const verdict = failures.length === 0
    ? badge("good", "passed")
    : badge("bad", "failed");
  return html`
    <h1>EventFlow soak ${verdict}</h1>
    <p
      class="muted">${minutes} minutes at ${rate} events per second, ${brokers ===
          1
        ? "a lone broker"
        : `${brokers} brokers`}, ${result.faults
        .length} faults, seed ${seed}, begun ${result.startedAt}</p>
    ${failures.map((failure) => html`<p class="bad-text">${failure}</p>`)}
    ${keyFigures(result)}
  `;
}

function sections(result: SoakResult): Html[] {
  return [
    chartSection({
      title: "Faults",
      says:
        "When which part was under a fault, and paler how long until the lag of every group was back at zero. Numbers are those of the tables. Of several brokers also when a leader moved while all of them went on.",
      svg: faultLanes(result),
      more: faultKey,
    }),
    chartSection({
      title: "Throughput",
      says:
        "Webhooks the intake accepted, deliberate duplicates among them, and rows in PostgreSQL, over three seconds or more. Bands are faults, until they were recovered from.",
      svg: throughputChart(result),
    }),
    chartSection({
      title: "Lag",
      says:
        "Records between each group's committed offset and its topic's end. A line breaks off where the broker did not answer.",
      svg: lagChart(result),
    }),
    chartSection({
      title: "Recovery",
      says:
        "From a kill, or from the end of a pause or of an orderly stop, until every group had passed all that was written meanwhile and was behind by less than half a second of traffic. Seen by looking once a second, at the second look after the intake had answered again at the earliest, so that 1 to 3 s mean: nothing was noticed.",
      svg: recoveryChart(result),
    }),
    chartSection({
      title: "Memory of the services",
      says:
        "Resident memory of each process. Dashed: the instance that is paused but never ended, so that its whole life is seen.",
      svg: serviceMemoryChart(result),
      more: memoryTable(result),
    }),
    chartSection({
      title: "Memory of broker and database",
      says:
        "Shown and not judged: a Java heap fills up to its limit (512 MB) by design. Of PostgreSQL, the process that listens.",
      svg: serverMemoryChart(result),
    }),
    section("Faults and recovery times", faultTable(result)),
    ...elections(result),
    section("Audit", html`<pre>${describeAudit(result.audit)}</pre>`),
    section("This run", runFacts(result)),
  ];
}

const faultKey = html`<p class="key muted">${
  ["kill", "pause", "restart"].map((kind) =>
    html`<i style="background: var(--${kind})"></i>${kind}`
  )
}</p>`;

function keyFigures(result: SoakResult): Html {
  const { events, faults, audit, memory } = result;
  const times = faults.flatMap(({ lagAfter }) => lagAfter ?? [])
    .sort((a, b) => a - b);
  const balance = audit.kind === "silent"
    ? "not known"
    : audit.report.balanced
    ? "balanced"
    : "out of balance";
  const shown: readonly (readonly [string | number, string])[] = [
    [count(events.accepted), "events accepted"],
    [count(events.rows), `rows of ${count(events.good)} good events`],
    [balance, "audit"],
    [`${times.length} of ${faults.length}`, "faults recovered from"],
    [inSeconds(times[Math.floor(times.length / 2)]), "recovery, median"],
    [inSeconds(times.at(-1)), "recovery, longest"],
    [
      memory.every(({ verdict }) => verdict === "flat")
        ? "flat"
        : memory.some(({ verdict }) => verdict === "grows")
        ? "grows"
        : "not known",
      "memory",
    ],
  ];
  return figures(shown);
}

function memoryTable({ memory, memoryBound }: SoakResult): Html {
  return html`
    ${table(
      [
        "service",
        "slope, MB/hour",
        "standard error",
        "later",
        "lives",
        "seconds",
        "verdict",
      ],
      memory.map(({ service, slope, later, verdict }) => [
        service,
        slope?.perHour.toFixed(1) ?? "–",
        slope ? `± ${slope.standardError.toFixed(1)}` : "–",
        later.toFixed(1),
        slope?.lives ?? 0,
        slope?.seconds ?? 0,
        toned(toneOf(verdict), verdict),
      ]),
    )}<p
      class="muted">One slope over all lives of a service's processes, each with a level of its own and without its warm-up. It grows if the slope is above ${memoryBound
        .toFixed(
          0,
        )} MB/hour and above two standard errors, in the later half of each life, and at its floors, the least of every six minutes: a heap that settles rises ever less, and is collected whole now and then.</p>
  `;
}

function toneOf(verdict: string): Tone {
  switch (verdict) {
    case "flat":
      return "good";
    case "grows":
      return "bad";
    default:
      return "neutral";
  }
}

function faultTable({ faults }: SoakResult): Html {
  return table(
    [
      "fault",
      "planned",
      "begun",
      "what",
      "itself up after",
      "202 after",
      "lag 0 after",
      "",
    ],
    faults.map((fault) => [
      fault.number,
      timeOf(fault.atSeconds),
      timeOf(fault.beganSeconds),
      describeFault(fault),
      inSeconds(fault.readyAfter),
      inSeconds(fault.acceptedAfter),
      inSeconds(fault.lagAfter),
      fault.note,
    ]),
  );
}

/** Of each topic how often its leaders were to move, and moved; nothing of a lone broker. */
function elections({ plannedElections, elections }: SoakResult): Html[] {
  if (plannedElections === 0) return [];
  const byTopic = [...Map.groupBy(elections, ({ topic }) => topic)].sort();
  const rows = byTopic.map(([topic, some]) => {
    const times = some.flatMap(({ beganSeconds, movedSeconds }) =>
      movedSeconds === undefined ? [] : movedSeconds - beganSeconds
    ).sort((a, b) => a - b);
    return [
      topic,
      some.length,
      times.length,
      inSeconds(times[Math.floor(times.length / 2)]),
      inSeconds(times.at(-1)),
    ];
  });
  const failed = elections.filter((one) => !hasMoved(one)).map((one) =>
    html`<li>${timeOf(one.beganSeconds)} ${
      describeElection(one)
    }: ${one.note}</li>`
  );
  return [section(
    "Leaders that moved while every broker went on",
    html`${table(["topic", "held", "moved", "median", "longest"], rows)}
      <ul class="muted">${failed}</ul>`,
  )];
}

function runFacts(result: SoakResult): Html {
  const answers = Object.entries(result.statuses)
    .map(([status, times]) =>
      `${status === "0" ? "no answer" : status}: ${count(times)}`
    );
  const versions = Object.entries(result.versions)
    .map(([program, version]) => `${program} ${version}`);
  const ends = result.unexpectedEnds.map(({ seconds, name, how }) =>
    `${name} at ${timeOf(seconds)} (${how})`
  );
  const rows: readonly (readonly [string, string])[] = [
    ["Command", result.command],
    ["Seed", String(result.seed)],
    ["Brokers", serversOf(result.brokers).filter(isBroker).join(", ")],
    ["Machine", result.machine],
    ["Versions", versions.join(", ")],
    ["Load sent for", timeOf(result.seconds)],
    ["Answers", answers.join(", ")],
    ["Ended by themselves", ends.join(", ") || "none"],
  ];
  return facts(rows);
}

function count(value: number | undefined): string {
  return value === undefined ? "?" : value.toLocaleString("en");
}
