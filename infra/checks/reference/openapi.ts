import { Hono } from "hono";
import { readConfig } from "#runtime/config.ts";
import { ENVIRONMENT } from "#runtime/development.ts";
import { Readiness } from "#runtime/health.ts";
import { Metrics } from "#runtime/metrics.ts";
import type { Desk } from "../../../workers/dead_letter_desk/desk.ts";
import { createApp as createDesk } from "../../../workers/dead_letter_desk/http/app.ts";
import { createApp as createSimulator } from "../../../ingest/simulator/app.ts";
import { Incidents } from "../../../ingest/simulator/incidents/incidents.ts";
import { createApp as createIntake } from "../../../ingest/intake/app.ts";
import { intakeSettings } from "../../../ingest/intake/settings.ts";

/** The OpenAPI document of the intake, as it serves it at `/openapi.json`. */
export function intakeDocument(): Promise<string> {
  return documentOf(createIntake({
    config: readConfig("the reference", intakeSettings, {
      [ENVIRONMENT]: "development",
      // So that what it adds is described.
      [intakeSettings.ingestTokens.env]: "x".repeat(24),
    }),
    publish: () => Promise.resolve(),
    events: { answered() {}, tellRefusals() {}, sent() {} },
    readiness: new Readiness(),
    clock: Date.now,
    apiPages: true,
  }));
}

/** The OpenAPI document of the simulator, as it serves it at `/openapi.json`. */
export function simulatorDocument(): Promise<string> {
  return documentOf(createSimulator({
    authorize: () => Promise.reject(new Error("It is only described.")),
    incidents: {
      incidents: new Incidents({ now: Date.now, count: () => {} }),
      senders: () => [],
      hasCustomers: false,
      now: Date.now,
    },
    webhookUrl: "",
    hosts: [],
    readiness: new Readiness(),
    metrics: new Metrics("simulator"),
    apiPages: true,
  }));
}

/** The OpenAPI document of the dead-letter desk, as it serves it at `/openapi.json`. */
export function deskDocument(): Promise<string> {
  const unused = () => {
    throw new Error("It is only described.");
  };
  return documentOf(createDesk({
    desk: {} as Desk,
    reads: {
      database: { use: unused },
      kafka: { read: unused },
      topics: { deadLetters: "", raw: "", validated: "", unmapped: "" },
    },
    identity: { personOf: unused },
    version: "development",
    console: new Hono(),
  }));
}

/** JSON has no comments: an extension key (OpenAPI 3.1, "Specification Extensions") says whence it is. */
async function documentOf(app: Hono): Promise<string> {
  const response = await app.request("/openapi.json");
  const document: unknown = await response.json();
  if (typeof document !== "object" || !response.ok) {
    throw new Error(`/openapi.json answered HTTP ${response.status}.`);
  }
  const generated = { "x-generated-by": "deno task reference", ...document };
  return JSON.stringify(generated, null, 2) + "\n";
}
