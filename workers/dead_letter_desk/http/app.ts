import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { generateSpecs } from "hono-openapi";
import { bearerTokenIn } from "#runtime/bearer_tokens.ts";
import type { Desk } from "../desk.ts";
import type { DeskReads } from "../reads.ts";
import { DeskRefusal } from "../refusal.ts";
import { answerTo, apiRoutes, type Variables } from "./api.ts";
import { NoRole } from "./claims.ts";
import type { Identity } from "./identity.ts";

export type AppDeps = {
  readonly desk: Desk;
  readonly reads: DeskReads;
  readonly identity: Pick<Identity, "personOf">;
  readonly version: string;
  /** The pages for people. */
  readonly console: {
    fetch(request: Request, env: unknown): Response | Promise<Response>;
  };
};

/** By this a request says that a person sits at a command line. */
export const CLIENT_HEADER = "X-EventFlow-Client";

/** All that the desk serves beside health and metrics. */
export function createApp(deps: AppDeps): Hono {
  const { desk, reads, identity, version } = deps;
  const app = new Hono();
  const api = apiRoutes({ desk, reads });
  app.get("/openapi.json", async (c) => c.json(await documentOf(api, version)));
  app.use("/api/*", withToken(identity));
  app.route("/api", api);
  app.onError(answerTo);
  app.all(
    "/api/*",
    (c) =>
      c.json({ detail: `There is no ${c.req.method} ${c.req.path}.` }, 404),
  );
  // Behind all others: whatever is no address of theirs is a page's.
  app.all("*", (c) => deps.console.fetch(c.req.raw, c.env));
  return app;
}

function documentOf(api: ReturnType<typeof apiRoutes>, version: string) {
  return generateSpecs(api, {
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
  });
}

/** Where a proxy that logs people in puts their access token. It is checked like any other. */
export const FORWARDED_TOKEN = "X-Forwarded-Access-Token";

/** Lets in whoever shows a token, by RFC 6750. */
function withToken(identity: AppDeps["identity"]) {
  return createMiddleware<{ Variables: Variables }>(async (c, next) => {
    const token = bearerTokenIn(c.req.header("Authorization")) ??
      c.req.header(FORWARDED_TOKEN);
    if (token === undefined) {
      return refused(c, "A token must be sent, as Authorization: Bearer …");
    }
    const person = await identity.personOf(token).catch((error) => {
      if (error instanceof NoRole) throw new DeskRefusal(403, error.message);
      throw error;
    });
    if (person === undefined) return refused(c, "This token is nobody's.");
    const via = c.req.header(CLIENT_HEADER) === "cli" ? "cli" : "api";
    c.set("asker", { ...person, via });
    await next();
  });
}

function refused(c: Context, detail: string): Response {
  return c.json({ detail }, 401, { "WWW-Authenticate": "Bearer" });
}
