/** How busy each hour of a day is, from 0 to 24; only proportions count. */
export type DayCurve = (hour: number) => number;

const bump = (hour: number, centre: number, width: number) => {
  const off = Math.abs(hour - centre);
  const distance = Math.min(off, 24 - off);
  return Math.exp(-(distance * distance) / (2 * width * width));
};

export const curves = {
  /** One wave, busiest at 15:00. */
  wave: (hour) => 1 + 0.75 * Math.cos(2 * Math.PI * (hour - 15) / 24),
  /** Lunch and evening. */
  two_peaks: (hour) => 0.15 + bump(hour, 12.5, 1.5) + 1.4 * bump(hour, 20, 2),
  /** Busy from 9:00 to 18:00, all at once, and nearly nothing else. */
  office: (hour) => hour >= 9 && hour < 18 ? 1 : 0.08,
  /** The same at any hour. */
  flat: () => 1,
} satisfies Record<string, DayCurve>;

export type CurveName = keyof typeof curves;

/** A curve with mean 1 over the minutes of a day. */
export function meanOfOne(curve: DayCurve): DayCurve {
  let sum = 0;
  for (let minute = 0; minute < 1440; minute++) sum += curve(minute / 60);
  return (hour) => curve(hour) * 1440 / sum;
}
