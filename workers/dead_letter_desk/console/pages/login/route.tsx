/** @jsxImportSource hono/jsx */
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import { NoRole } from "../../../http/claims.ts";
import { CALLBACK_PATH } from "../../../http/identity.ts";
import { DeskRefusal } from "../../../refusal.ts";
import { checkOrigin, formIn } from "../../access/guard.tsx";
import { LoginLimit } from "../../access/login_limit.ts";
import { PendingLogins } from "../../access/pending_logins.ts";
import {
  forgetSession,
  keepLogin,
  keepSession,
  sessionId,
  takeLogin,
} from "../../access/session_cookie.ts";
import type { Sessions } from "../../access/sessions.ts";
import type {
  ConsoleContext,
  ConsoleDeps,
  ConsoleEnv,
} from "../../console_env.ts";
import { bare } from "../../parts/page.tsx";
import { Login } from "./view.tsx";

/** In, by a token or by an identity provider. */
export function loginRoutes(
  { identity, clockMs, sessions }: Pick<ConsoleDeps, "identity"> & {
    readonly sessions: Sessions;
    readonly clockMs: () => number;
  },
): Hono<ConsoleEnv> {
  const limit = new LoginLimit(clockMs);
  const pending = new PendingLogins(clockMs);
  const show = (
    c: ConsoleContext,
    next: string,
    refusal?: { why: string; status: 403 | 429 },
  ) =>
    bare(
      c,
      { title: "Log in", status: refusal?.status ?? 200 },
      <Login
        next={next}
        why={refusal?.why}
        hasProvider={identity.login !== undefined}
      />,
    );
  return new Hono<ConsoleEnv>()
    .get("/login", (c) => show(c, ownPath(c.req.query("next"))))
    .post("/login", async (c) => {
      checkOrigin(c.req);
      const form = await formIn(c.req);
      const next = ownPath(form.get("next"));
      const address = addressOf(c);
      const wait = limit.waitSeconds(address);
      if (wait > 0) {
        c.header("Retry-After", String(wait));
        const why =
          `Too many wrong tokens came from your address: try again in ${wait} s.`;
        return show(c, next, { why, status: 429 });
      }
      const person = await withRole(
        identity.personOf((form.get("token") ?? "").trim()),
      );
      if (person === undefined) {
        limit.wasWrong(address);
        return show(c, next, { why: "This token is nobody's.", status: 403 });
      }
      sessions.close(sessionId(c));
      keepSession(c, sessions.open(person));
      return c.redirect(next, 303);
    })
    // A link, as a policy for forms holds for where they are sent on to, too.
    .get("/login/provider", async (c) => {
      if (identity.login === undefined) return c.notFound();
      const { url, checks } = await identity.login.loginUrl();
      keepLogin(c, pending.begin(checks, ownPath(c.req.query("next"))));
      return c.redirect(url, 303);
    })
    .get(CALLBACK_PATH, async (c) => {
      const begun = pending.end(takeLogin(c));
      const person = begun && await withRole(
        identity.login?.loggedIn(new URL(c.req.url).search, begun.checks),
      );
      if (begun === undefined || person === undefined) {
        const why =
          "That was no login that you began here, or it took too long: begin it anew.";
        return show(c, "/", { why, status: 403 });
      }
      sessions.close(sessionId(c));
      keepSession(c, sessions.open(person));
      return c.redirect(begun.next, 303);
    });
}

/** @throws {DeskRefusal} if somebody is known and has no role here */
async function withRole<T>(work: Promise<T> | undefined) {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoRole) throw new DeskRefusal(403, error.message);
    throw error;
  }
}

export function logoutRoutes(sessions: Sessions): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().post("/logout", (c) => {
    sessions.close(sessionId(c));
    forgetSession(c);
    return c.redirect("/login", 303);
  });
}

/** A path of this desk, whatever else it is that somebody has put into an address. */
export function ownPath(asked: string | null | undefined): string {
  const here = "http://desk.invalid";
  if (!asked?.startsWith("/")) return "/";
  const url = URL.parse(asked, here);
  // Behind a second slash, or a backslash, browsers read a host.
  if (url?.origin !== here || /^\/[/\\]/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}`;
}

function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    // Without a server around it, as in tests.
    return "";
  }
}
