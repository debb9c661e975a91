import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { generateSpecs } from "hono-openapi";
import type { Desk } from "../desk.ts";
import type { DeskReads } from "../reads.ts";
import { apiRoutes, type Variables } from "./api.ts";
import { type Person, personOf } from "./tokens.ts";

export type AppDeps = {
  readonly desk: Desk;
  readonly reads: DeskReads;
  readonly tokens: Parameters<typeof personOf>[0];
  readonly version: string;
};

/** By this a request says that a person sits at a command line. */
export const CLIENT_HEADER = "X-EventFlow-Client";

/** All that the desk serves beside health and metrics. */
export function createApp(deps: AppDeps): Hono {
  const { desk, reads, tokens, version } = deps;
  const app = new Hono();
  const api = apiRoutes({ desk, reads });
  app.get("/openapi.json", async (c) =>
    c.json(
      await generateSpecs(api, {
        documentation: {
          info: {
            title: "Dead-letter desk",
            version,
            description: "See, understand, try, mend and replay what failed.",
          },
          servers: [{ url: "/api" }],
          components: {
            securitySchemes: { token: { type: "http", scheme: "bearer" } },
          },
        },
        defaultValidationErrorResponse: false,
      }),
    ));
  app.use("/api/*", withToken((token) => personOf(tokens, token)));
  app.route("/api", api);
  return app;
}

/** Lets in whoever shows a token, by RFC 6750. */
function withToken(whose: (token: string) => Person | undefined) {
  return createMiddleware<{ Variables: Variables }>(async (c, next) => {
    const token = /^Bearer +(\S+)$/i.exec(c.req.header("Authorization") ?? "")
      ?.[1];
    const person = token === undefined ? undefined : whose(token);
    if (person === undefined) {
      return c.json(
        {
          detail: token === undefined
            ? "A token must be sent, as Authorization: Bearer …"
            : "This token is nobody's.",
        },
        401,
        { "WWW-Authenticate": "Bearer" },
      );
    }
    const via = c.req.header(CLIENT_HEADER) === "cli" ? "cli" : "api";
    c.set("asker", { ...person, via });
    await next();
  });
}
