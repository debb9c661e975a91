import type { Attack } from "../attack.ts";

export const connectionStormsDelayNobody: Attack = {
  what: "opens connections and closes them at once, 2,000 a second",
  caps: { connections: 20_000, bytes: 0 },
  run: (attacker) =>
    attacker.sideBySide(32, () => Promise.resolve(), { againAfterMs: 0 }),
};
