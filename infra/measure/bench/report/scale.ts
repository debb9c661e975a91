/**
 * Where a value lies on an axis that has its marks at values we choose: ECharts' own logarithmic axis has
 * them at powers of ten only, which is one or two in a chart of latencies.
 *
 * @module
 */
import { readable } from "#report/number.ts";
import type { Range } from "../ratios.ts";

const LOGARITHMIC = " (logarithmic)";

export type Scale = {
  readonly place: (value: number) => number;
  /** For the axis' title. */
  readonly note: "" | typeof LOGARITHMIC;
  readonly axis: {
    readonly type: "value";
    readonly min: number;
    readonly max: number;
    readonly axisTick: { readonly customValues: number[] };
    readonly axisLabel: {
      readonly customValues: number[];
      readonly formatter: (place: number) => string;
    };
  };
};

/** From here on the greatest value is so many times the least that equal steps would crowd the low ones. */
const WIDE = 10;

/** Marks at 1, 2, 5, 10, 20, 50 and so on, with one beyond the values at both ends. */
export function logarithmic({ least, most }: Range): Scale {
  const from = Math.floor(Math.log10(least)) - 1;
  const to = Math.ceil(Math.log10(most)) + 1;
  const marks: number[] = [];
  for (let exponent = from; exponent <= to; exponent++) {
    marks.push(...[1, 2, 5].map((digit) => digit * 10 ** exponent));
  }
  const low = marks.findLastIndex((mark) => mark < least);
  const high = marks.findIndex((mark) => mark > most);
  const shown = marks.slice(low, high + 1);
  return scaleOf({
    marks: shown,
    ends: { least: shown[0] ?? least, most: shown.at(-1) ?? most },
    place: Math.log10,
  });
}

/** Marks at the values themselves, with room at both ends; logarithmic if they lie far apart. */
export function atValues(values: readonly number[]): Scale {
  const marks = [...new Set(values)].sort((a, b) => a - b);
  const [least = 0] = marks;
  const most = marks.at(-1) ?? least;
  const place = least > 0 && most / least >= WIDE
    ? Math.log10
    : (value: number) => value;
  const room = (place(most) - place(least)) * 0.08 || 1;
  const { axis, ...scale } = scaleOf({ marks, ends: { least, most }, place });
  return {
    ...scale,
    axis: { ...axis, min: axis.min - room, max: axis.max + room },
  };
}

function scaleOf(
  { marks, ends, place }: {
    marks: readonly number[];
    ends: Range;
    place: (value: number) => number;
  },
): Scale {
  const places = marks.map(place);
  return {
    place,
    note: place === Math.log10 ? LOGARITHMIC : "",
    axis: {
      type: "value",
      min: place(ends.least),
      max: place(ends.most),
      axisTick: { customValues: places },
      axisLabel: {
        customValues: places,
        formatter: (at) => readable(nearest(marks, (mark) => place(mark) - at)),
      },
    },
  };
}

/** The mark itself, if a number made of its logarithm would be off by its last digit. */
function nearest(
  marks: readonly number[],
  distance: (mark: number) => number,
): number | undefined {
  return marks.toSorted((a, b) => Math.abs(distance(a)) - Math.abs(distance(b)))
    .at(0);
}
