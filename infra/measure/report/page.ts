/**
 * The parts of a report: one page that needs nothing beside it.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { Html, Part } from "./part.ts";
import type { Palette } from "./palette.ts";
import { styleSheet } from "./style.ts";

export async function renderPage(
  { title, body, colors }: {
    title: string;
    body: Part;
    /** Beyond those that every report has. */
    colors?: Palette;
  },
): Promise<string> {
  return String(
    await html`
      <!DOCTYPE html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>${title}</title>
          <style>${raw(styleSheet(colors))}</style>
        </head>
        <body>${body}</body>
      </html>
    `,
  );
}

/** A word beside the headline, or in a figure: `good`, `bad` or `neutral`. */
export type Tone = "good" | "bad" | "neutral";

export function badge(tone: Tone, word: string): Html {
  return html`<span class="verdict ${tone}">${word}</span>`;
}

export function toned(tone: Tone, text: Part): Html {
  return html`<span class="${tone}-text">${text}</span>`;
}

export function section(title: string, content: Part): Html {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** A chart and what is to be seen in it. */
export function figure(
  { title, says, svg }: { title: string; says: string; svg: string },
): Html {
  return html`
    <figure
      aria-label="${title}"><figcaption>${says}</figcaption>${raw(
        svg,
      )}</figure>
  `;
}

/** A section of one chart. */
export function chartSection(
  { more, ...chart }: {
    title: string;
    says: string;
    svg: string;
    more?: Html;
  },
): Html {
  return section(chart.title, [figure(chart), more]);
}

/** The figures a reader looks for first, large, each with what it is; wide if that takes a sentence. */
export function figures(
  shown: readonly (readonly [figure: Part, what: Part])[],
  width: "" | "wide" = "",
): Html {
  return html`<div class="${`figures ${width}`.trim()}">${
    shown.map(([figure, what]) =>
      html`<div><strong>${figure}</strong><span>${what}</span></div>`
    )
  }</div>`;
}

/** A table; its columns from `numbersFrom` on, counted from 0, are numbers and aligned to the right. */
export function table(
  head: readonly Part[],
  rows: readonly (readonly Part[])[],
  numbersFrom?: number,
): Html {
  const hasNumbers = numbersFrom !== undefined;
  const kind = (column: number) =>
    hasNumbers && column >= numbersFrom ? asNumber : undefined;
  return html`
    <div class="scroll">
      <table${hasNumbers ? raw(' class="numbers"') : undefined}>
        <thead>
          <tr>${head.map((cell, column) =>
            html`<th${kind(column)}>${cell}</th>`
          )}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${
            row.map((cell, column) => html`<td${kind(column)}>${cell}</td>`)
          }</tr>`
        )}</tbody>
        </table>
        </div>
  `;
}

const asNumber = raw(' class="number"');

export function facts(rows: readonly (readonly [string, Part])[]): Html {
  return html`<dl>${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }</dl>`;
}
