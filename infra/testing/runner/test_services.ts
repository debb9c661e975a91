/** A broker and a database for a run of tests. */
export type TestServices = {
  /** host:port of the broker. */
  readonly kafka: string;
  /** Address of a database in which databases may be made. */
  readonly postgres: string;
  readonly how: "containers" | "processes";
  /** Ends both and removes their data. */
  stop(): Promise<void>;
};
