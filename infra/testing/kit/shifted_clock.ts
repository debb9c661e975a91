/**
 * Preloaded into a process, sets its clock off by CLOCK_OFF_MS milliseconds.
 *
 * @module
 */
import process from "node:process";

const offMs = Number(process.env.CLOCK_OFF_MS);
const TrueDate = Date;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(
      target,
      args.length > 0 ? args : [TrueDate.now() + offMs],
      newTarget,
    ),
  get: (target, name) =>
    name === "now" ? () => TrueDate.now() + offMs : Reflect.get(target, name),
});
