/**
 * The API reference: `/openapi.json`, generated from the schemas the routes declare, and `/docs`,
 * rendered from it by Swagger UI out of our own `node_modules`. The page asks no other origin for
 * anything, so it works on a machine without internet access.
 *
 * @module
 */
import { type Handler, Hono } from "hono";
import { openAPIRouteHandler } from "hono-openapi";
import { html } from "hono/html";
import { fileURLToPath } from "node:url";
import swaggerUi from "swagger-ui-dist/package.json" with { type: "json" };

export type ApiInfo = {
  readonly title: string;
  readonly version: string;
  readonly description: string;
};

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
 * hono-openapi.
 */
export function mountApiPages(app: Hono, info: ApiInfo): void {
  app.get(
    "/openapi.json",
    openAPIRouteHandler(app, {
      documentation: { info },
      defaultValidationErrorResponse: false,
    }),
  );
  app.route("/docs", docsRoutes(info));
}

/** Where an asset lies: what the process must be allowed to read. */
export function assetPath(name: keyof typeof assets): string {
  return fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
}

export const assetPaths = (): string[] => assetNames.map(assetPath);

function docsRoutes({ title }: ApiInfo): Hono {
  // The version is part of the address, so an asset can be cached for good.
  const base = `/docs/${swaggerUi.version}`;
  const routes = new Hono()
    .get("/", (c) => {
      c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      c.header("X-Content-Type-Options", "nosniff");
      c.header("Referrer-Policy", "no-referrer");
      return c.html(page(title, base));
    })
    .get(
      "/start.js",
      (c) =>
        c.body(START, 200, { "Content-Type": assets["swagger-ui-bundle.js"] }),
    );
  for (const name of assetNames) {
    routes.get(`/${swaggerUi.version}/${name}`, serveAsset(name));
  }
  return routes;
}

function serveAsset(name: keyof typeof assets): Handler {
  return async (c) =>
    c.body(await Deno.readFile(assetPath(name)), 200, {
      "Content-Type": assets[name],
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
    });
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
