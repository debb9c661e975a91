import type { Metrics } from "#runtime/metrics.ts";
import { closingReasons } from "../http/http_connections.ts";
import type { HttpListenerEvents } from "../http/http_listener.ts";
import { httpRefusalNames } from "../http/http_refusals.ts";

/** What happens before a request is a webhook, counted. */
export function doorMetrics(metrics: Metrics): HttpListenerEvents {
  const refused = metrics.counter({
    name: "eventflow_intake_http_refused_total",
    answers: "What comes that is no webhook, and why is it refused?",
    help:
      "Requests refused before they were taken for a webhook, by reason; they are not among eventflow_intake_requests_total.",
    labels: { reason: httpRefusalNames },
  });
  const ended = metrics.counter({
    name: "eventflow_intake_connections_ended_total",
    answers: "Does somebody hold connections open, or are there too many?",
    help:
      "Connections that the intake ended: idle or too slow, or for want of room (crowded); and those it did not take (full).",
    labels: { reason: closingReasons },
  });
  let door = { connections: 0, maxConnections: 0 };
  metrics.measured({
    name: "eventflow_intake_connections",
    answers: "How many connections are open?",
    help: "Open connections, idle ones among them.",
    measure: () => door.connections,
  });
  metrics.measured({
    name: "eventflow_intake_connections_limit",
    answers: "How near is the intake to ending connections for want of room?",
    help:
      "What eventflow_intake_connections may reach; lower than was set if the process ran out of descriptors.",
    measure: () => door.maxConnections,
  });
  return {
    listening: (listener) => door = listener,
    refused: (reason) => refused.add(1, { reason }),
    closed: (reason) => ended.add(1, { reason }),
  };
}
