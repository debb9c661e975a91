/**
 * The API reference: `/openapi.json`, generated from the schemas the routes declare, and `/docs`,
 * rendered from it by Swagger UI out of our own `node_modules`. The page asks no other origin for
 * anything, so it works on a machine without internet access. All of it is served from memory. It is meant
 * for who develops: if others than this machine reach the port, it is there only if that is said.
 *
 * @module
 */
import { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import { html } from "hono/html";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flag, optional } from "#runtime/config.ts";
import { isLoopback } from "#runtime/development.ts";
import swaggerUi from "swagger-ui-dist/package.json" with { type: "json" };

export type ApiInfo = {
  readonly title: string;
  readonly version: string;
  readonly description: string;
};

export const apiPagesSetting = optional(flag("EVENTFLOW_API_PAGES", {
  doc: "whether /docs and /openapi.json are served; if it is not set, they " +
    "are if EVENTFLOW_BIND_HOST is loopback",
}));

/** Whether a service serves its API pages. */
export function servesApiPages(
  { apiPages, bindHost }: {
    readonly apiPages: boolean | undefined;
    readonly bindHost: string;
  },
): boolean {
  return apiPages ?? isLoopback(bindHost);
}

/** The files of Swagger UI that the page needs. */
const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

const assetNames = Object.keys(assets) as (keyof typeof assets)[];

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Mounts `/openapi.json` and `/docs` on an app whose routes are described with `describeRoute` of
 * hono-openapi. The files are read here; afterwards none is.
 */
export function mountApiPages(app: Hono, info: ApiInfo): void {
  let document: Promise<string> | undefined;
  app.get("/openapi.json", async (c) => {
    document ??= documentOf(app, info);
    return c.body(await document, 200, { "Content-Type": "application/json" });
  });
  app.route("/docs", docsRoutes(info));
}

async function documentOf(app: Hono, info: ApiInfo): Promise<string> {
  const document = await generateSpecs(app, {
    documentation: { info },
    defaultValidationErrorResponse: false,
  });
  return JSON.stringify(document);
}

/** Where an asset lies: what the process must be allowed to read. */
export function assetPath(name: keyof typeof assets): string {
  return fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
}

export const assetPaths = (): string[] => assetNames.map(assetPath);

function docsRoutes({ title }: ApiInfo): Hono {
  // The version is part of the address, so an asset can be cached for good.
  const base = `/docs/${swaggerUi.version}`;
  const text = String(page(title, base));
  const routes = new Hono()
    .get("/", (c) => {
      c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      c.header("X-Content-Type-Options", "nosniff");
      c.header("Referrer-Policy", "no-referrer");
      return c.html(text);
    })
    .get(
      "/start.js",
      (c) =>
        c.body(START, 200, { "Content-Type": assets["swagger-ui-bundle.js"] }),
    );
  for (const name of assetNames) {
    const bytes = readFileSync(assetPath(name));
    const headers = {
      "Content-Type": assets[name],
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
    };
    routes.get(
      `/${swaggerUi.version}/${name}`,
      (c) => c.body(bytes, 200, headers),
    );
  }
  return routes;
}

const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
});
`;

function page(title: string, base: string) {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <link rel="icon" href="${base}/favicon-32x32.png">
        <link rel="stylesheet" href="${base}/swagger-ui.css">
      </head>
      <body>
        <div id="api"></div>
        <script src="${base}/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
      </body>
    </html>
  `;
}
