import { palette } from "./palette.ts";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/**
 * A chart as a file of its own, which no style sheet reaches: its colours are those of the light mode, on
 * a white card, so that it is read on a dark page too.
 *
 * @throws if the chart has a colour that the palette has not
 */
export function toSvgFile(svg: string): string {
  const card =
    `<rect x="0.5" y="0.5" width="100%" height="100%" rx="10" fill="${palette.card.light}"/>`;
  return svg
    .replaceAll("font-family:inherit", `font-family:${FONT}`)
    .replaceAll(/var\(--([\w-]+)\)/g, (_, name: string) => lightOf(name))
    // The first element's end: what comes first lies below all else.
    .replace(/(<svg [^>]*>)/, `$1\n${card}`)
    .trim() + "\n";
}

function lightOf(name: string): string {
  const found = Object.entries(palette).find(([known]) => known === name);
  if (found === undefined) {
    throw new Error(
      `Cannot write the chart to a file as its colours must be in the palette: current value --${name}`,
    );
  }
  return found[1].light;
}
