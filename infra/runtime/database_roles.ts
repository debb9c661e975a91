/**
 * Who logs in to the database: `workers/persistence/roles.sql` makes them, and `grants.sql` beside it says what
 * they may do with the tables.
 *
 * @module
 */

export const databaseRoles = {
  /** Makes and changes tables: `deno task migrate`. */
  owner: "eventflow_owner",
  /** Selects and inserts events: persistence. */
  writer: "eventflow_writer",
  /** Owns the schema `desk`, and selects events: the dead-letter desk. */
  desk: "eventflow_desk",
  /** Selects: the audit, and whoever looks. */
  reader: "eventflow_reader",
} as const;

export type DatabaseRole = keyof typeof databaseRoles;
