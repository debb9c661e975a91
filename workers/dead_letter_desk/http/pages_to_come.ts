import { Hono } from "hono";

const RETRY_AFTER_SECONDS = "5";

/** What is served while the desk starts: why it does not answer yet. To read a long topic of dead letters again takes minutes. */
export class PagesToCome {
  readonly routes = new Hono();
  #pages: Hono | undefined;

  /** @param why it has not started yet, in sentences without their full stops */
  constructor(why: () => readonly string[]) {
    this.routes.all("*", (c) => {
      if (this.#pages !== undefined) {
        return this.#pages.fetch(c.req.raw, c.env);
      }
      const detail = ["The desk is starting", ...why()]
        .map((sentence) => `${sentence}.`).join(" ");
      c.status(503);
      c.header("Retry-After", RETRY_AFTER_SECONDS);
      c.header("Cache-Control", "no-store");
      return c.req.path.startsWith("/api/")
        ? c.json({ detail })
        : c.text(detail);
    });
  }

  /** From now on these are served. */
  come(pages: Hono): void {
    this.#pages = pages;
  }
}
