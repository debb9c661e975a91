/** The style sheet of the report; a reader's dark mode changes the variables alone. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --text: #1c1d20; --muted: #63666d; --grid: #e3e3df;
  --good: #0a7d4b; --bad: #c22f2f; --neutral: #8a6100;
  --series-1: #2563c9; --series-2: #d9600a; --series-3: #0f8f7e; --series-4: #9b3fb5;
  --kill: #c92a2a; --pause: #8a63d2; --restart: #b78103;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141517; --card: #1d1f22; --text: #e9e9e6; --muted: #a0a3aa; --grid: #34373c;
    --good: #4cc38a; --bad: #ff7b72; --neutral: #e3b341;
    --series-1: #6ea8fe; --series-2: #ff9d57; --series-3: #43cdb8; --series-4: #d68bee;
    --kill: #ff6b6b; --pause: #b197fc; --restart: #f0c24b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px 24px 64px; max-width: 1200px; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 4px; }
p { margin: 0 0 12px; }
.muted, figcaption { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 20px 24px; margin-top: 20px; }
.verdict { display: inline-block; padding: 2px 12px; border-radius: 999px; color: var(--card); font-weight: 600; }
.verdict.good { background: var(--good); } .verdict.bad { background: var(--bad); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); } .neutral-text { color: var(--neutral); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 20px; }
.figures div { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 12px 16px; }
.figures strong { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.figures span { color: var(--muted); font-size: 13px; }
figure { margin: 12px 0 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 720px; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th { text-align: left; color: var(--muted); font-weight: 500; }
th, td { padding: 4px 16px 4px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
td.number, th.number { text-align: right; }
pre { overflow-x: auto; background: var(--page); padding: 12px; border-radius: 6px; font-size: 13px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.key i { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin: 0 4px 0 12px; vertical-align: -1px; }
`;
