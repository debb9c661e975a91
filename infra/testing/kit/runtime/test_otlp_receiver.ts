/** For tests: a receiver of traces, by OTLP over HTTP in JSON. */
import { createServer } from "node:http";
import { z } from "zod";
import { listening } from "../listening.ts";

const Attributes = z.array(z.object({
  key: z.string(),
  value: z.record(z.string(), z.unknown()),
})).default([]).transform((all) =>
  Object.fromEntries(
    all.map(({ key, value }) => [key, String(Object.values(value)[0])]),
  )
);

const OtlpSpan = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  kind: z.int(),
  attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() }))
    .default([]),
  events: z.array(z.object({ name: z.string(), attributes: Attributes }))
    .default([]),
  status: z.object({ code: z.int().default(0) }).default({ code: 0 }),
});

const Traces = z.object({
  resourceSpans: z.array(z.object({
    resource: z.object({ attributes: Attributes }),
    scopeSpans: z.array(z.object({ spans: z.array(OtlpSpan) })),
  })),
});

export type ReceivedSpan = z.infer<typeof OtlpSpan> & {
  readonly service: string | undefined;
};

export type OtlpReceiver = AsyncDisposable & {
  readonly endpoint: string;
  /** In the order they came. */
  readonly spans: readonly ReceivedSpan[];
  /** The content type of each request. */
  readonly requests: readonly string[];
  /** The `authorization` of each request. */
  readonly logins: readonly (string | undefined)[];
};

/** @param status that requests are answered with; none: they never are */
export async function otlpReceiver(
  { status = 200 }: { status?: number | "none" } = {},
): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: string[] = [];
  const logins: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const type = request.headers["content-type"] ?? "";
    requests.push(type);
    logins.push(request.headers.authorization);
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (status === "none") return;
    if (type === "application/json" && status === 200) {
      const text = await new Blob(chunks as BlobPart[]).text();
      spans.push(...spansIn(JSON.parse(text)));
    }
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end("{}");
  });
  const port = await listening(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    requests,
    logins,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function spansIn(json: unknown): ReceivedSpan[] {
  return Traces.parse(json).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: resource.attributes["service.name"],
      }))
    )
  );
}
