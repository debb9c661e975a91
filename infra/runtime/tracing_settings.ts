import {
  choice,
  type Config,
  number,
  optional,
  type Setting,
  text,
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
    doc:
      "share of traces that are sampled, where the sampler is one of a ratio",
  }),
};

export type TracingConfig = Config<typeof tracingSettings>;

/** Read by OpenTelemetry's exporter and resource; on Deno they fail where they may not look. */
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

function url(env: string, options: { doc: string }): Setting<string> {
  const setting = text(env, options);
  return {
    ...setting,
    schema: setting.schema.refine(
      (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
      "must be an http:// or https:// URL",
    ),
  };
}
