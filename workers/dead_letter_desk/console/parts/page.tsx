/** @jsxImportSource hono/jsx */
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ConsoleContext } from "../console_env.ts";
import type { AssetName } from "../assets/assets.ts";
import { Now } from "./time.tsx";
import { Command } from "./command.tsx";
import { visible } from "./text.ts";
import { Csrf, Form } from "./csrf.tsx";

const sections = [
  { path: "/", name: "Overview" },
  { path: "/dead-letters", name: "Dead letters" },
  { path: "/replays", name: "Replays" },
  { path: "/unmapped", name: "Unmapped" },
  { path: "/rejected", name: "Rejected" },
  { path: "/anomalies", name: "Anomalies" },
  { path: "/topics", name: "Topics" },
  { path: "/audit", name: "Audit" },
] as const;

export type Section = typeof sections[number]["path"];

type Head = {
  readonly title: string;
  readonly status?: ContentfulStatusCode;
  /** Beside what every page has. */
  readonly scripts?: readonly AssetName[];
};

/** A page for somebody who is logged in. */
export function page(
  c: ConsoleContext,
  options: Head & {
    readonly section?: Section;
    /** The words behind `deno task dlq` that do the same. */
    readonly command: readonly string[];
  },
  content: Child,
): Response | Promise<Response> {
  const { session } = c.var;
  const { person, csrf, notice } = session;
  session.notice = undefined;
  return bare(
    c,
    options,
    <Csrf.Provider value={csrf}>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <a class="brand" href="/">
          EventFlow <span>desk</span>
        </a>
        <nav aria-label="Sections">
          <ul>
            {sections.map(({ path, name }) => (
              <li key={path}>
                <a
                  href={path}
                  aria-current={path === options.section ? "page" : undefined}
                >
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <form class="search" action="/search" role="search">
          <label class="unseen" for="search">
            Find a payment, event, order or record by its id
          </label>
          <input
            id="search"
            name="q"
            type="search"
            placeholder="Any id  ( / )"
            autocomplete="off"
            spellcheck={false}
            required
          />
        </form>
        <Form class="who" action="/logout">
          <span>
            {visible(person.subject)} <small>{person.role}</small>
          </span>
          <button type="submit" class="quiet">Log out</button>
        </Form>
      </header>
      <main id="main" tabindex={-1}>
        {notice === undefined
          ? null
          : <p class="notice" role="status">{notice}</p>}
        {content}
      </main>
      <footer>
        <Command words={options.command} />
        <p class="soft">
          Times are UTC. <a href="/help" data-key="help">Keys and words</a>{" "}
          <a href="/openapi.json">API</a> <span>{c.var.shared.version}</span>
        </p>
      </footer>
    </Csrf.Provider>,
  );
}

/** A page for anybody. */
export function bare(
  c: ConsoleContext,
  { title, status = 200, scripts = [] }: Head,
  content: Child,
): Response | Promise<Response> {
  const { assets, clock } = c.var.shared;
  const nonce = c.get("secureHeadersNonce") ?? "";
  c.header("Cache-Control", "no-store");
  return c.html(
    html`<!doctype html>${(
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="htmx-config" content={HTMX} />
          <title>{`${title} · Dead-letter desk`}</title>
          <link
            rel="stylesheet"
            nonce={nonce}
            href={assets.path("console.css")}
          />
          {["console.js" as const, ...scripts].map((name) => (
            <script
              key={name}
              type="module"
              nonce={nonce}
              src={assets.path(name)}
            />
          ))}
        </head>
        <body>
          <Now.Provider value={clock().getTime()}>{content}</Now.Provider>
        </body>
      </html>
    )}`,
    status,
  );
}

/** No style is injected, nothing is kept in the browser's storage, and an answer that is an error is not put into the page. */
const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  history: false,
  noSwap: [204, 304, 401, 403, 404, 409, 422, 429, 500, 502, 503],
});
