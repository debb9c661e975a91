/** What `apply_migrations.ts` uses of the client the migration tool works with. */
declare module "pg" {
  export class Client {
    constructor(config: Readonly<Record<string, unknown>>);
    on(event: "error", listener: (error: Error) => void): this;
    connect(): Promise<void>;
    query<Row>(sql: string): Promise<{ readonly rows: readonly Row[] }>;
    end(): Promise<void>;
  }
}
