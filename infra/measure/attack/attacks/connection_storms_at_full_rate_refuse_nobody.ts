import type { Attack } from "../attack.ts";

export const connectionStormsAtFullRateRefuseNobody: Attack = {
  what:
    "opens connections and closes them at once, as fast as this machine can",
  caps: {
    connections: 20_000,
    connectionsPerSecond: Infinity,
    bytes: 0,
  },
  isAtFullRate: true,
  run: (attacker) =>
    attacker.sideBySide(32, () => Promise.resolve(), { againAfterMs: 0 }),
};
