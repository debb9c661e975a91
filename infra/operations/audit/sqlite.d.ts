/** The part of Deno's `node:sqlite` that the audit uses; the types of Node that come with Deno do not have it yet. */
declare module "node:sqlite" {
  export class StatementSync {
    run(...values: readonly Uint8Array[]): unknown;
    iterate(): IterableIterator<Readonly<Record<string, unknown>>>;
  }
  export class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }
}
