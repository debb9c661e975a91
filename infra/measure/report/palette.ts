/** A colour on a light and on a dark page, each of enough contrast with it. */
export type Shades = { readonly light: string; readonly dark: string };

/** Colours by the name of their variable in the style sheet. */
export type Palette = Readonly<Record<string, Shades>>;

export const palette = {
  page: { light: "#f7f7f5", dark: "#141517" },
  card: { light: "#ffffff", dark: "#1d1f22" },
  text: { light: "#1c1d20", dark: "#e9e9e6" },
  muted: { light: "#63666d", dark: "#a0a3aa" },
  grid: { light: "#e3e3df", dark: "#34373c" },
  good: { light: "#0a7d4b", dark: "#4cc38a" },
  bad: { light: "#c22f2f", dark: "#ff7b72" },
  neutral: { light: "#8a6100", dark: "#e3b341" },
  "series-1": { light: "#2563c9", dark: "#6ea8fe" },
  "series-2": { light: "#d9600a", dark: "#ff9d57" },
  "series-3": { light: "#0f8f7e", dark: "#43cdb8" },
  "series-4": { light: "#9b3fb5", dark: "#d68bee" },
} satisfies Palette;

/** The colour of a palette's name that the page's style sheet has. */
export function variable(name: keyof typeof palette): string {
  return `var(--${name})`;
}

/** Variables of a style sheet. */
export function declarations(colors: Palette, mode: keyof Shades): string {
  return Object.entries(colors)
    .map(([name, shades]) => `--${name}: ${shades[mode]};`)
    .join(" ");
}
