import type { Board } from "../board.ts";
import { errorBudgets } from "./on_call/error_budgets.ts";
import { failures } from "./on_call/failures.ts";
import { health } from "./on_call/health.ts";
import { lag } from "./on_call/lag.ts";
import { latency } from "./on_call/latency.ts";
import { replays } from "./on_call/replays.ts";
import { saturation } from "./on_call/saturation.ts";

export const onCall: Board = {
  uid: "eventflow-on-call",
  description:
    "For whoever is on call: is it healthy, what is behind, what is failing, since when.",
  from: "now-1h",
  refresh: "10s",
  variables: ["service", "group"],
  rows: [health, lag, failures, replays, saturation, latency, errorBudgets],
};
