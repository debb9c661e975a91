import type { html } from "hono/html";

/** Text of a page that needs no escaping any more. */
export type Html = ReturnType<typeof html>;

/** What may stand in a template: text is escaped, a list is strung together, nothing is nothing. */
export type Part = string | number | Html | undefined | readonly Part[];
