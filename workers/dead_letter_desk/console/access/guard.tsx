/** @jsxImportSource hono/jsx */
import { createMiddleware } from "hono/factory";
import { timingSafeEqual } from "node:crypto";
import type { ConsoleEnv } from "../console_env.ts";
import { DeskRefusal } from "../../refusal.ts";
import { FORWARDED_TOKEN } from "../../http/app.ts";
import { NoRole } from "../../http/claims.ts";
import type { Identity } from "../../http/identity.ts";
import type { Person } from "../../http/tokens.ts";
import { keepSession, sessionId } from "./session_cookie.ts";
import type { Sessions } from "./sessions.ts";

/** A request that a page makes by itself, to show what is new. */
export const LIVE_HEADER = "X-EventFlow-Live";

/** A form with the body of a record in it, every byte of it escaped. */
const MAX_FORM_BYTES = 6 * 1024 * 1024;

/**
 * Lets in whoever is logged in; others are asked to. What changes something comes from a form of this console, by two signs: where the
 * browser says that it comes from, and a word that only the form has.
 */
export function guarded(
  sessions: Sessions,
  identity: Pick<Identity, "personOf">,
) {
  return createMiddleware<ConsoleEnv>(async (c, next) => {
    const isUse = c.req.header(LIVE_HEADER) === undefined;
    const forwarded = await forwardedPerson(
      identity,
      c.req.header(FORWARDED_TOKEN),
    );
    let session = sessions.find(sessionId(c), { isUse });
    if (
      forwarded !== undefined && !isSamePerson(session?.person, forwarded)
    ) {
      sessions.close(sessionId(c));
      const id = sessions.open(forwarded);
      keepSession(c, id);
      session = sessions.find(id, { isUse });
    }
    if (session === undefined) {
      if (isFromElsewhere(c.req.header("Sec-Fetch-Site"))) {
        return c.html(<SameAgain />);
      }
      const { pathname, search } = new URL(c.req.url);
      const asked = c.req.method === "GET" ? `${pathname}${search}` : "/";
      const login = `/login?next=${encodeURIComponent(asked)}`;
      return c.req.header("HX-Request") === undefined
        ? c.redirect(login, 303)
        : c.body(null, 401, { "HX-Redirect": login });
    }
    c.set("session", session);
    c.set("asker", { ...session.person, via: "console" });
    c.set("form", new URLSearchParams());
    if (c.req.method !== "GET" && c.req.method !== "HEAD") {
      await checkOrigin(c.req);
      const form = await formIn(c.req);
      if (!isSame(form.get("csrf") ?? "", session.csrf)) {
        throw new DeskRefusal(
          403,
          "This form is of an earlier session: load its page again, and repeat what you did.",
        );
      }
      c.set("form", form);
    }
    await next();
  });
}

/**
 * Whoever a proxy in front of the desk has logged in. Its word alone counts for nothing: the token is checked like any other.
 *
 * @throws {DeskRefusal} if they have no role here
 */
async function forwardedPerson(
  identity: Pick<Identity, "personOf">,
  token: string | undefined,
): Promise<Person | undefined> {
  try {
    return token === undefined ? undefined : await identity.personOf(token);
  } catch (error) {
    if (error instanceof NoRole) throw new DeskRefusal(403, error.message);
    throw error;
  }
}

function isSamePerson(one: Person | undefined, other: Person): boolean {
  return one?.subject === other.subject && one.role === other.role;
}

/** A cookie for this site alone is not sent along a link of another one; to load the page once more sends it. */
function SameAgain() {
  return (
    <html lang="en">
      <head>
        <meta http-equiv="refresh" content="0" />
        <title>Dead-letter desk</title>
      </head>
      <body>
        <p>
          <a href="">Go on to the dead-letter desk</a>
        </p>
      </body>
    </html>
  );
}

function isFromElsewhere(site: string | undefined): boolean {
  return site === "cross-site" || site === "same-site";
}

type Asked = {
  header(name: string): string | undefined;
  readonly url: string;
  text(): Promise<string>;
};

/** @throws {DeskRefusal} if a browser says that a page of another site sends this */
export function checkOrigin(request: Asked): void {
  const site = request.header("Sec-Fetch-Site");
  const origin = request.header("Origin");
  const host = request.header("Host") ?? new URL(request.url).host;
  const isOurs = site === undefined
    ? origin === undefined || URL.parse(origin)?.host === host
    : site === "same-origin";
  if (!isOurs) {
    throw new DeskRefusal(403, "Forms are taken from the desk itself alone.");
  }
}

/** @throws {DeskRefusal} if it is no form, or too large */
export async function formIn(request: Asked): Promise<URLSearchParams> {
  const type = request.header("Content-Type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) {
    throw new DeskRefusal(422, "A form must be sent as browsers send forms.");
  }
  if (Number(request.header("Content-Length") ?? 0) > MAX_FORM_BYTES) {
    throw new DeskRefusal(
      422,
      `A form may have ${MAX_FORM_BYTES} bytes at most.`,
    );
  }
  return new URLSearchParams(await request.text());
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
