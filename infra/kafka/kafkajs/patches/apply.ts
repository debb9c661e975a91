import kafkajs from "kafkajs/package.json" with { type: "json" };
import { patchFetches } from "./broker_fetch.ts";
import { patchJoins } from "./broker_join.ts";
import { patchSearches } from "./broker_search.ts";
import { refuseResets } from "./offset_reset.ts";
import { openOneSocket } from "./one_socket.ts";
import { quietNegativeTimeouts } from "./quiet_timers.ts";
import { patchRefusedLogins } from "./refused_login.ts";

/** The version whose code was read for the patches. None that ends a fault of theirs has been released. */
const VERSION = "2.2.4";

/**
 * Patches kafkajs in place, once for all of its clients. Each file here names the fault that it patches.
 *
 * @throws {Error} if another version is installed: each patch is to be looked at again, and kept or removed
 */
export function applyPatches(version = kafkajs.version): void {
  if (version !== VERSION) {
    throw new Error(
      `The patches in infra/kafka/kafkajs/patches are for kafkajs ${VERSION}, but ${version} is installed: look at each of them again, and set VERSION in apply.ts`,
    );
  }
  patchFetches();
  patchJoins();
  patchSearches();
  patchRefusedLogins();
  openOneSocket();
  refuseResets();
  quietNegativeTimeouts();
}
