const CAP = 4;

type Place = { readonly x: number; readonly y: number };

/** A line from the lowest round to the highest, upright or level, with a cap across both ends. */
export function whisker(
  { from, to, stroke, lineWidth = 1.5 }: {
    from: Place;
    to: Place;
    stroke: string;
    lineWidth?: number;
  },
) {
  const across = from.y === to.y ? { x: 0, y: CAP } : { x: CAP, y: 0 };
  const line = (a: Place, b: Place) => ({
    type: "line" as const,
    shape: { x1: a.x, y1: a.y, x2: b.x, y2: b.y },
    style: { stroke, lineWidth, fill: "none" },
  });
  const cap = ({ x, y }: Place) =>
    line(
      { x: x - across.x, y: y - across.y },
      { x: x + across.x, y: y + across.y },
    );
  return [line(from, to), cap(from), cap(to)];
}
