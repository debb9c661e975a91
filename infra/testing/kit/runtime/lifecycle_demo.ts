/** A service that does nothing, for the test of its life. `DEMO` says what goes wrong. */
import process from "node:process";
import { TransientError } from "#runtime/errors.ts";
import { runService, StartError } from "#runtime/lifecycle.ts";

await runService({
  name: "demo",
  settings: {},
  start: async (service) => {
    const wrong = process.env.DEMO ?? "";
    const alive = setInterval(() => {}, 1_000);
    service.defer(() => clearInterval(alive));
    service.defer(() => console.log("closed first"));
    service.defer(() => console.log("closed second"));
    if (wrong === "unreachable") throw new StartError("Nobody answers.");
    if (wrong === "away") throw new TransientError("It went away");
    if (wrong.endsWith("hang")) service.defer(() => new Promise(() => {}));
    if (wrong.startsWith("bug")) {
      setTimeout(() => Promise.reject(new Error("a bug of ours")), 0);
    }
    await Promise.resolve();
  },
});
