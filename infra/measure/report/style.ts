import { declarations, type Palette, palette } from "./palette.ts";

/**
 * The style sheet of a report, with the colours that are its own; a reader's dark mode changes the
 * variables alone.
 */
export function styleSheet(own: Palette = {}): string {
  const colors = { ...palette, ...own };
  return `
:root { color-scheme: light dark; ${declarations(colors, "light")} }
@media (prefers-color-scheme: dark) {
  :root { ${declarations(colors, "dark")} }
}
${rules}`;
}

const rules = `\
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-width: 1200px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 28px 0 4px; }
p { margin: 0 0 12px; }
.muted, figcaption { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 20px 24px; margin-top: 20px; }
.verdict { display: inline-block; padding: 2px 12px; border-radius: 999px; color: var(--card); font-weight: 600; }
.verdict.good { background: var(--good); } .verdict.bad { background: var(--bad); }
.verdict.neutral { background: var(--neutral); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); } .neutral-text { color: var(--neutral); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 20px; }
.figures.wide { grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); }
.figures div { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 12px 16px; }
.figures div > strong { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.figures div > span { color: var(--muted); font-size: 13px; }
figure { margin: 12px 0 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 720px; height: auto; }
.nowrap { white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { text-align: left; color: var(--muted); font-weight: 500; }
th, td { padding: 4px 16px 4px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
table.numbers { width: auto; min-width: 480px; }
td.number, th.number { text-align: right; padding-left: 24px; white-space: nowrap; }
h3 + figure + .scroll { margin-top: 12px; }
pre { overflow-x: auto; background: var(--page); padding: 12px; border-radius: 6px; font-size: 13px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.key i { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin: 0 4px 0 12px; vertical-align: -1px; }
`;
