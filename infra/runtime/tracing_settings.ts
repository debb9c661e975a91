import { z } from "zod";
import {
  choice,
  type Config,
  number,
  optional,
  secret,
  type Setting,
} from "./config.ts";

const samplers = [
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
  "always_on",
  "always_off",
  "traceidratio",
] as const;

/** Settings of traces, by OpenTelemetry's own names. */
export const tracingSettings = {
  tracesEndpoint: optional(url("OTEL_EXPORTER_OTLP_ENDPOINT", {
    doc: "OTLP receiver that traces are sent to over HTTP, such as " +
      "`http://127.0.0.1:4318`; unset: no traces",
  })),
  tracesHeaders: optional(headers("OTEL_EXPORTER_OTLP_HEADERS", {
    doc: "headers of what is sent there, such as `authorization=Bearer%20…`, " +
      "separated by commas",
  })),
  tracesProtocol: choice("OTEL_EXPORTER_OTLP_PROTOCOL", {
    fallback: "http/protobuf",
    values: ["http/protobuf", "http/json"],
    doc: "what traces are written in",
  }),
  tracesSampler: choice("OTEL_TRACES_SAMPLER", {
    fallback: "parentbased_always_on",
    values: samplers,
    doc: "which webhooks are traced; what comes behind the intake follows it",
  }),
  tracesSamplerArg: number("OTEL_TRACES_SAMPLER_ARG", {
    fallback: "1",
    max: 1,
    doc: "share of traces that are sampled, if the sampler is one of a ratio",
  }),
};

export type TracingConfig = Config<typeof tracingSettings>;

/** Read by OpenTelemetry's exporter and resource; on Deno they fail if they may not look. */
export const openTelemetryEnv = [
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SERVICE_NAME",
  ...[
    "CERTIFICATE",
    "CLIENT_CERTIFICATE",
    "CLIENT_KEY",
    "COMPRESSION",
    "ENDPOINT",
    "HEADERS",
    "TIMEOUT",
  ].flatMap((name) => [
    `OTEL_EXPORTER_OTLP_${name}`,
    `OTEL_EXPORTER_OTLP_TRACES_${name}`,
  ]),
];

/** A secret, because its user, its path or its query may be the key to write there. */
function url(env: string, options: { doc: string }): Setting<string> {
  const setting = secret(env, options);
  return {
    ...setting,
    schema: setting.schema.refine(
      (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
      "must be an http:// or https:// URL",
    ),
  };
}

/** As in OpenTelemetry's specification of exporters: `key=value`, separated by commas, percent-encoded. */
function headers(
  env: string,
  options: { doc: string },
): Setting<Readonly<Record<string, string>>> {
  const setting = secret(env, options);
  return {
    ...setting,
    schema: setting.schema.transform((value, context) => {
      const pairs = value.split(",").map(parseHeader);
      const whole = pairs.filter((pair) => pair !== undefined);
      if (whole.length === pairs.length) return Object.fromEntries(whole);
      const message =
        "must be key=value, percent-encoded, or several of them separated by commas";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
  };
}

function parseHeader(pair: string): [string, string] | undefined {
  const [, key, encoded = ""] =
    /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
  try {
    const value = decodeURIComponent(encoded);
    return key !== undefined && /^[\x20-\x7e\x80-\xff]*$/.test(value)
      ? [key, value]
      : undefined;
  } catch {
    return undefined;
  }
}
