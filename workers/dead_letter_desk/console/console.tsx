/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { compress } from "hono/compress";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { describeError, TransientError } from "#runtime/errors.ts";
import { DeskRefusal } from "../refusal.ts";
import { guarded } from "./access/guard.tsx";
import { Sessions } from "./access/sessions.ts";
import { Assets } from "./assets/assets.ts";
import type {
  ConsoleContext,
  ConsoleDeps,
  ConsoleEnv,
  Shared,
} from "./console_env.ts";
import { bare, page } from "./parts/page.tsx";
import { anomaliesRoutes } from "./pages/anomalies/route.tsx";
import { auditRoutes } from "./pages/audit/route.tsx";
import { causesRoutes } from "./pages/causes/route.tsx";
import { decideRoutes } from "./pages/decide/route.tsx";
import { dryRunRoutes } from "./pages/dry_run/route.tsx";
import { editManyRoutes } from "./pages/edit_many/route.tsx";
import { editOneRoutes } from "./pages/edit_one/route.tsx";
import { ErrorView } from "./pages/error/view.tsx";
import { explainRoutes } from "./pages/explain/route.tsx";
import { helpRoutes } from "./pages/help/route.tsx";
import { jobRoutes } from "./pages/job/route.tsx";
import { jobsRoutes } from "./pages/jobs/route.tsx";
import { loginRoutes, logoutRoutes } from "./pages/login/route.tsx";
import { overviewRoutes } from "./pages/overview/route.tsx";
import { paymentRoutes } from "./pages/payment/route.tsx";
import { recordRoutes } from "./pages/record/route.tsx";
import { recordsRoutes } from "./pages/records/route.tsx";
import { rejectedRoutes } from "./pages/rejected/route.tsx";
import { replayRoutes } from "./pages/replay/route.tsx";
import { topicsRoutes } from "./pages/topics/route.tsx";
import { unmappedRoutes } from "./pages/unmapped/route.tsx";
import { unmappedReplayRoutes } from "./pages/unmapped_replay/route.tsx";

/** Pages for people: each is one address, and works without scripts. */
export async function createConsole(
  deps: ConsoleDeps,
): Promise<Hono<ConsoleEnv>> {
  const assets = await Assets.build();
  const clockMs = () => deps.clock().getTime();
  const sessions = new Sessions(deps.sessionIdleMinutes * 60_000, clockMs);
  const shared: Shared = { assets, version: deps.version, clock: deps.clock };

  const console = new Hono<ConsoleEnv>();
  console.use(compress());
  console.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [NONCE],
      styleSrc: [NONCE],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    // Whoever ends TLS in front of the desk says so for the whole host.
    strictTransportSecurity: false,
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
  }));
  console.use(async (c, next) => {
    c.set("shared", shared);
    await next();
  });
  console.route("/", assets.routes());
  console.route("/", loginRoutes({ ...deps, sessions, clockMs }));
  console.use(guarded(sessions, deps.identity));
  for (
    const routes of [
      overviewRoutes(deps),
      causesRoutes(deps),
      recordsRoutes(deps),
      recordRoutes(deps),
      editOneRoutes(deps),
      editManyRoutes(deps),
      dryRunRoutes(deps),
      explainRoutes(deps),
      replayRoutes(deps),
      decideRoutes(deps),
      jobsRoutes(deps),
      jobRoutes(deps),
      paymentRoutes(deps),
      unmappedRoutes(deps),
      unmappedReplayRoutes(deps),
      rejectedRoutes(deps),
      anomaliesRoutes(deps),
      topicsRoutes(deps),
      auditRoutes(deps),
      helpRoutes(),
      logoutRoutes(sessions),
    ]
  ) console.route("/", routes);
  console.notFound((c) =>
    errorPage(c, 404, {
      title: "There is no such page",
      why: `Nothing is at ${new URL(c.req.url).pathname}.`,
      data: "Nothing was changed.",
    })
  );
  console.onError((error, c) => {
    if (error instanceof DeskRefusal) {
      return errorPage(c, error.status, {
        title: "Not done",
        why: error.message,
        data: "Nothing was sent or changed.",
      });
    }
    const isRead = c.req.method === "GET";
    return errorPage(c, error instanceof TransientError ? 503 : 500, {
      title: "It does not work just now",
      why: describeError(error),
      data: isRead
        ? "You only looked: nothing was changed. Try again."
        : "What you asked for may have been done: see in the audit before you repeat it. Dead letters stay in Kafka, whatever happens here.",
    });
  });
  return console;
}

/** For whoever is logged in with all there is around it; else by itself. */
function errorPage(
  c: ConsoleContext,
  status: ContentfulStatusCode,
  told: { title: string; why: string; data: string },
): Response | Promise<Response> {
  const isKnown = c.get("session") !== undefined;
  return isKnown
    ? page(
      c,
      { title: told.title, status, command: ["causes"] },
      (
        <ErrorView {...told} />
      ),
    )
    : bare(
      c,
      { title: told.title, status },
      (
        <main id="main">
          <ErrorView {...told} />
        </main>
      ),
    );
}
