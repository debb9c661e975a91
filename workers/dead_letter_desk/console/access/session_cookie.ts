import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

const SESSION = "eventflow-desk";
const LOGIN = "eventflow-desk-login";

export function sessionId(c: Context): string | undefined {
  return getCookie(c, SESSION);
}

/** For this site alone, and for no script. */
export function keepSession(c: Context, id: string): void {
  setCookie(c, SESSION, id, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isEncrypted(c),
  });
}

export function forgetSession(c: Context): void {
  deleteCookie(c, SESSION, { path: "/" });
}

/** It is sent along when a provider sends the browser back, so that it cannot be for this site alone. */
export function keepLogin(c: Context, id: string): void {
  setCookie(c, LOGIN, id, {
    httpOnly: true,
    sameSite: "Lax",
    path: "/login",
    maxAge: 600,
    secure: isEncrypted(c),
  });
}

export function takeLogin(c: Context): string | undefined {
  const id = getCookie(c, LOGIN);
  deleteCookie(c, LOGIN, { path: "/login" });
  return id;
}

function isEncrypted(c: Context): boolean {
  return c.req.header("X-Forwarded-Proto") === "https" ||
    new URL(c.req.url).protocol === "https:";
}
