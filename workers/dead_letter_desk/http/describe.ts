import { describeRoute, resolver } from "hono-openapi";
import type { z } from "zod";
import { Refused } from "./api_schemas.ts";

const refusals = {
  401: "Who you are is not shown.",
  403: "Your role does not allow it.",
  404: "There is no such thing.",
  409: "Not as things stand.",
  422: "It is not asked for as it must be.",
  503: "Kafka, the database or a service is away.",
};

/** What `/openapi.json` says of a route. */
export function says(
  summary: string,
  answer: z.ZodType,
  { body, query, status = 200 }: {
    readonly body?: z.ZodType;
    readonly query?: z.ZodObject;
    readonly status?: 200 | 201;
  } = {},
) {
  return describeRoute({
    summary,
    tags: ["dead-letter desk"],
    security: [{ token: [] }],
    ...query && {
      parameters: Object.keys(query.shape).map((name) => ({
        in: "query" as const,
        name,
        schema: { type: "string" as const },
      })),
    },
    ...body && {
      requestBody: {
        content: json(body),
      },
    },
    responses: {
      [status]: { description: "As said.", content: json(answer) },
      ...Object.fromEntries(
        Object.entries(refusals).map((
          [status, description],
        ) => [status, { description, content: json(Refused) }]),
      ),
    },
  });
}

function json(schema: z.ZodType) {
  return { "application/json": { schema: resolver(schema) } };
}
