import type { Attack } from "../attack.ts";

/** Deno's `accept` throws for such a connection. */
export const resetsBeforeTheyAreAcceptedDelayNobody: Attack = {
  what: "resets 2,000 connections a second before they can be accepted",
  caps: { connections: 20_000, bytes: 0 },
  run: (attacker) => attacker.reset(32),
};
