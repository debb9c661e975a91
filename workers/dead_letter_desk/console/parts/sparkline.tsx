/** @jsxImportSource hono/jsx */
import { counted } from "./text.ts";

const [WIDTH, HEIGHT] = [96, 24];

/** Counts of hours as bars, the oldest first. */
export function Sparkline({ hours, of = "dead letter" }: {
  readonly hours: readonly number[];
  readonly of?: string;
}) {
  const most = Math.max(1, ...hours);
  const step = WIDTH / Math.max(1, hours.length);
  const total = hours.reduce((sum, one) => sum + one, 0);
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={`${counted(total, of)} in the last ${hours.length} hours`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      {hours.map((count, n) => {
        const height = count === 0
          ? 1
          : Math.max(2, Math.round((count / most) * HEIGHT));
        return (
          <rect
            key={n}
            class={count === 0 ? "none" : undefined}
            x={(n * step).toFixed(1)}
            y={HEIGHT - height}
            width={(step - 1).toFixed(1)}
            height={height}
          />
        );
      })}
    </svg>
  );
}
