/**
 * The report of a run: one page that needs nothing beside it.
 *
 * @module
 */
import { describeFault } from "../schedule.ts";
import type { SoakResult } from "../result.ts";
import { describeLedger, inSeconds, timeOf } from "../terminal.ts";
import {
  lagChart,
  recoveryChart,
  serverMemoryChart,
  serviceMemoryChart,
  throughputChart,
} from "./charts.ts";
import { faultLanes } from "./fault_lanes.ts";
import { Html, html } from "./html.ts";
import { style } from "./style.ts";

export function renderReport(result: SoakResult): string {
  const { minutes, rate, seed, failures } = result;
  const hasPassed = failures.length === 0;
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>EventFlow soak: ${hasPassed ? "passed" : "failed"}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
    <h1>EventFlow soak <span class="verdict ${hasPassed
      ? "good"
      : "bad"}">${hasPassed ? "passed" : "failed"}</span></h1>
    <p class="muted">${minutes} minutes at ${rate} events per second, ${result
      .faults.length} faults, seed ${seed}, begun ${result.startedAt}</p>
    ${failures.map((failure) => html`<p class="bad-text">${failure}</p>`)}
    ${figures(result)}
    ${chart({
      title: "Faults",
      says:
        "When which part was under a fault, and paler how long until the lag of every group was back at zero. Numbers are those of the tables.",
      svg: faultLanes(result),
      more: faultKey,
    })}
    ${chart({
      title: "Throughput",
      says:
        "Webhooks the intake accepted, deliberate duplicates among them, and rows in PostgreSQL, over three seconds or more. Bands are faults, until they were recovered from.",
      svg: throughputChart(result),
    })}
    ${chart({
      title: "Lag",
      says:
        "Records between each group's committed offset and its topic's end. A line breaks off where the broker did not answer.",
      svg: lagChart(result),
    })}
    ${chart({
      title: "Recovery",
      says:
        "From a kill, or from the end of a pause or of an orderly stop, until every group had passed all that was written meanwhile and was behind by less than half a second of traffic. Seen by looking once a second, at the second look after the intake had answered again at the earliest, so that 1 to 3 s mean: nothing was noticed.",
      svg: recoveryChart(result),
    })}
    ${chart({
      title: "Memory of the services",
      says:
        "Resident memory of each process. Dashed: the instance that is paused but never ended, so that its whole life is seen.",
      svg: serviceMemoryChart(result),
      more: memoryTable(result),
    })}
    ${chart({
      title: "Memory of broker and database",
      says:
        "Shown and not judged: a Java heap fills up to its limit (512 MB) by design. Of PostgreSQL, the process that listens.",
      svg: serverMemoryChart(result),
    })}
    <section><h2>Faults and recovery times</h2>${faultTable(result)}</section>
    <section><h2>Ledger</h2><pre>${describeLedger(
      result.ledger,
    )}</pre></section>
    <section><h2>This run</h2>${facts(result)}</section>
      </body>
    </html>
  `.text;
}

function chart(
  { title, says, svg, more }: {
    title: string;
    says: string;
    svg: string;
    more?: Html;
  },
): Html {
  return html`<section><h2>${title}</h2><figure aria-label="${title}"><figcaption>${says}</figcaption>${new Html(
    svg,
  )}</figure>${more}</section>`;
}

const faultKey = html`<p class="key muted">${
  ["kill", "pause", "restart"].map((kind) =>
    html`<i style="background: var(--${kind})"></i>${kind}`
  )
}</p>`;

function figures(result: SoakResult): Html {
  const { events, faults, ledger, memory } = result;
  const times = faults.flatMap(({ lagAfter }) => lagAfter ?? [])
    .sort((a, b) => a - b);
  const balance = ledger.kind === "silent"
    ? "not known"
    : ledger.report.balanced
    ? "balanced"
    : "out of balance";
  const shown: readonly (readonly [string | number, string])[] = [
    [count(events.accepted), "events accepted"],
    [count(events.rows), `rows of ${count(events.good)} good events`],
    [balance, "ledger"],
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
  return html`<div class="figures">${
    shown.map(([figure, what]) =>
      html`<div><strong>${figure}</strong><span>${what}</span></div>`
    )
  }</div>`;
}

function memoryTable({ memory, memoryBound }: SoakResult): Html {
  return html`
    ${table(
      [
        "service",
        "slope, MB/hour",
        "standard error",
        "lives",
        "seconds",
        "verdict",
      ],
      memory.map(({ service, slope, verdict }) => [
        service,
        slope?.perHour.toFixed(1) ?? "–",
        slope ? `± ${slope.standardError.toFixed(1)}` : "–",
        slope?.lives ?? 0,
        slope?.seconds ?? 0,
        html`<span class="${verdictClass(verdict)}">${verdict}</span>`,
      ]),
    )}<p
      class="muted">One slope over all lives of a service's processes, each with a level of its own and without its warm-up. It grows where the slope is above ${memoryBound
        .toFixed(0)} MB/hour and above two standard errors.</p>
  `;
}

function verdictClass(verdict: string): string {
  switch (verdict) {
    case "flat":
      return "good-text";
    case "grows":
      return "bad-text";
    default:
      return "neutral-text";
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

function facts(result: SoakResult): Html {
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
    ["Machine", result.machine],
    ["Versions", versions.join(", ")],
    ["Load sent for", timeOf(result.seconds)],
    ["Answers", answers.join(", ")],
    ["Ended by themselves", ends.join(", ") || "none"],
  ];
  return html`<dl>${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }</dl>`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | Html)[])[],
): Html {
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`
        )}</tbody>
      </table>
    </div>
  `;
}

function count(value: number | undefined): string {
  return value === undefined ? "?" : value.toLocaleString("en");
}
