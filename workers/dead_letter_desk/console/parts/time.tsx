/** @jsxImportSource hono/jsx */
import { createContext, useContext } from "hono/jsx";
import { durationText, timeText } from "./text.ts";

/** When the page is made: milliseconds since the epoch. */
export const Now = createContext(0);

/** A time in UTC, and how long ago it was. */
export function Time({ at }: { readonly at: string | null }) {
  const now = useContext(Now);
  if (at === null) return <span class="soft">–</span>;
  const ms = now - Date.parse(at);
  return (
    <time datetime={at} class="time">
      <span>{timeText(at)}</span>{" "}
      <small>
        {ms >= 0 ? `${durationText(ms)} ago` : `in ${durationText(-ms)}`}
      </small>
    </time>
  );
}
