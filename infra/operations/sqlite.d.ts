/** The part of Deno's `node:sqlite` that operators' tools use; the types of Node that come with Deno do not have it yet. */
declare module "node:sqlite" {
  type Value = Uint8Array | string | number;
  export class StatementSync {
    run(...values: readonly Value[]): unknown;
    iterate(
      ...values: readonly Value[]
    ): IterableIterator<Readonly<Record<string, unknown>>>;
  }
  export class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }
}
