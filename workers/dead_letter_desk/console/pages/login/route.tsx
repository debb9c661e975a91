/** @jsxImportSource hono/jsx */
import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type Person, personOf } from "../../../http/tokens.ts";
import { checkOrigin, formIn, SESSION_COOKIE } from "../../access/guard.tsx";
import { LoginLimit } from "../../access/login_limit.ts";
import type { Sessions } from "../../access/sessions.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { bare } from "../../parts/page.tsx";
import { Login } from "./view.tsx";

/** In and out. */
export function loginRoutes(
  { tokens, clockMs, sessions }: Pick<ConsoleDeps, "tokens"> & {
    readonly sessions: Sessions;
    readonly clockMs: () => number;
  },
): Hono<ConsoleEnv> {
  const limit = new LoginLimit(clockMs);
  return new Hono<ConsoleEnv>()
    .get("/login", (c) => {
      const next = ownPath(c.req.query("next"));
      return bare(c, { title: "Log in" }, <Login next={next} />);
    })
    .post("/login", async (c) => {
      checkOrigin(c.req);
      const form = await formIn(c.req);
      const next = ownPath(form.get("next"));
      const again = (why: string, status: 403 | 429) =>
        bare(
          c,
          { title: "Log in", status },
          <Login next={next} why={why} />,
        );
      const address = addressOf(c);
      const wait = limit.waitSeconds(address);
      if (wait > 0) {
        c.header("Retry-After", String(wait));
        return again(
          `Too many wrong tokens came from your address: try again in ${wait} s.`,
          429,
        );
      }
      const person: Person | undefined = personOf(
        tokens,
        (form.get("token") ?? "").trim(),
      );
      if (person === undefined) {
        limit.wasWrong(address);
        return again("This token is nobody's.", 403);
      }
      sessions.close(getCookie(c, SESSION_COOKIE));
      setCookie(c, SESSION_COOKIE, sessions.open(person), {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        secure: isEncrypted(c),
      });
      return c.redirect(next, 303);
    });
}

export function logoutRoutes(sessions: Sessions): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().post("/logout", (c) => {
    sessions.close(getCookie(c, SESSION_COOKIE));
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
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

function isEncrypted(c: Context): boolean {
  return c.req.header("X-Forwarded-Proto") === "https" ||
    new URL(c.req.url).protocol === "https:";
}

function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    // Without a server around it, as in tests.
    return "";
  }
}
