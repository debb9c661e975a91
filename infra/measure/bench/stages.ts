import type { Stage } from "./bench.ts";
import { analytics } from "./stages/analytics.ts";
import { endToEnd } from "./stages/end_to_end.ts";
import { enrichment } from "./stages/enrichment.ts";
import { intake } from "./stages/intake.ts";
import { persistence } from "./stages/persistence.ts";
import { scale } from "./stages/scale.ts";
import { start } from "./stages/start.ts";
import { validator } from "./stages/validator.ts";

/** What can be measured, in the order in which it is. */
export const stages: readonly Stage[] = [
  intake,
  validator,
  analytics,
  persistence,
  enrichment,
  endToEnd,
  start,
  scale,
];
