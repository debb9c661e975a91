import type { KafkaClient } from "#kafka/port.ts";
import type { Database } from "#runtime/postgres/database.ts";

/** What is looked at, and changed by nobody who looks. */
export type DeskReads = {
  readonly database: Pick<Database, "use">;
  readonly kafka: Pick<KafkaClient, "read">;
  readonly topics: {
    readonly deadLetters: string;
    readonly raw: string;
    readonly validated: string;
    readonly unmapped: string;
  };
};
