import { choice, host, integer, text } from "./config.ts";
import { BIND_HOST, LOOPBACK } from "./development.ts";
import { developmentSettings } from "./development_settings.ts";
import { tracingSettings } from "./tracing_settings.ts";

/** Settings every service has. */
export const serviceSettings = {
  ...developmentSettings,
  bindHost: host(BIND_HOST, {
    fallback: LOOPBACK,
    doc: "address the service's HTTP port is bound to",
  }),
  logLevel: choice("EVENTFLOW_LOG_LEVEL", {
    fallback: "info",
    values: ["debug", "info", "warning", "error"],
    doc: "least severe level that is logged",
  }),
  logFormat: choice("EVENTFLOW_LOG_FORMAT", {
    fallback: "auto",
    values: ["auto", "json", "pretty"],
    doc: "auto is pretty on a terminal and JSON lines elsewhere",
  }),
  version: text("EVENTFLOW_VERSION", {
    fallback: "development",
    doc: "what is deployed, for eventflow_build_info; the images have it set",
  }),
  drainTimeoutMs: integer("EVENTFLOW_DRAIN_TIMEOUT_MS", {
    fallback: "10000",
    min: 100,
    doc: "milliseconds a service may take to stop before it is ended",
  }),
  startTimeoutMs: integer("EVENTFLOW_START_TIMEOUT_MS", {
    fallback: "15000",
    min: 100,
    doc: "milliseconds a service waits at its start for what it depends on",
  }),
  ...tracingSettings,
};
