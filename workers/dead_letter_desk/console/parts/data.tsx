/** @jsxImportSource hono/jsx */
import { amountText } from "../../queries/amount_text.ts";
import type { Amount } from "../../queries/causes.ts";
import { thousands, visible } from "./text.ts";

/** What strangers wrote: it stays by itself, however it is written. */
export function Data({ text }: { readonly text: string | null }) {
  return text === null || text === ""
    ? <span class="soft">–</span>
    : <bdi class="data">{visible(text)}</bdi>;
}

/** A sum in each currency. */
export function Money({ amounts }: { readonly amounts: readonly Amount[] }) {
  if (amounts.length === 0) return <span class="soft">–</span>;
  return (
    <ul class="money">
      {amounts.map(({ currency, amount }) => (
        <li key={currency}>
          {amountText(amount, currency)} <small>{visible(currency)}</small>
        </li>
      ))}
    </ul>
  );
}

export function Count({ count }: { readonly count: number }) {
  return <>{thousands(count)}</>;
}

/** A state in words, and by colour. */
export function State({ state }: { readonly state: string }) {
  return <span class={`state ${state}`}>{state.replaceAll("_", " ")}</span>;
}

export function Empty(
  { children }: { readonly children?: unknown },
) {
  return <p class="empty">{children}</p>;
}
