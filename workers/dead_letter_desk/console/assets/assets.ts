import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";

/** What pages load: each a file that Bun makes of an entry file when the desk starts. */
const entries = {
  "console.css": "./console.css",
  "console.js": "../client/console.ts",
  "charts.js": "../client/charts.ts",
  "editor.js": "../client/editor.ts",
} as const;

export type AssetName = keyof typeof entries;

type Asset = {
  readonly path: string;
  readonly etag: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
};

/** Scripts and styles, made once, kept in memory, and named by what is in them: a browser asks for each once. */
export class Assets {
  readonly #byName: ReadonlyMap<string, Asset>;

  private constructor(byName: ReadonlyMap<string, Asset>) {
    this.#byName = byName;
  }

  /** @throws {Error} if one cannot be made, which is a fault of this program */
  static async build(): Promise<Assets> {
    const all = Object.entries(entries).map(async ([name, entry]) =>
      [name, assetOf(name, await built(entry))] as const
    );
    return new Assets(new Map(await Promise.all(all)));
  }

  /** Where one is, as pages link it. */
  path(name: AssetName): string {
    return this.#byName.get(name)?.path ?? "";
  }

  routes(): Hono {
    const byPath = new Map(
      [...this.#byName.values()].map((asset) => [asset.path, asset]),
    );
    return new Hono().get("/assets/:file", (c) => {
      const asset = byPath.get(c.req.path);
      if (asset === undefined) return c.notFound();
      const { etag, type, bytes, gzip } = asset;
      const headers = {
        "Content-Type": type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": etag,
        "Vary": "Accept-Encoding",
      };
      if (c.req.header("If-None-Match") === etag) {
        return c.body(null, 304, headers);
      }
      return /\bgzip\b/.test(c.req.header("Accept-Encoding") ?? "")
        ? c.body(gzip, 200, { ...headers, "Content-Encoding": "gzip" })
        : c.body(bytes, 200, headers);
    });
  }
}

async function built(entry: string): Promise<Uint8Array<ArrayBuffer>> {
  const { outputs: [output] } = await Bun.build({
    entrypoints: [fileURLToPath(new URL(entry, import.meta.url))],
    target: "browser",
    minify: true,
  });
  if (output === undefined) throw new Error(`${entry} makes no file`);
  return new Uint8Array(await output.arrayBuffer());
}

function assetOf(name: string, bytes: Uint8Array<ArrayBuffer>): Asset {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return {
    path: `/assets/${name.replace(".", `.${hash}.`)}`,
    etag: `"${hash}"`,
    type: name.endsWith(".css")
      ? "text/css; charset=utf-8"
      : "text/javascript; charset=utf-8",
    bytes,
    gzip: new Uint8Array(gzipSync(bytes, { level: 9 })),
  };
}
