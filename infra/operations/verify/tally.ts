import {
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { Proof, Sender } from "./prover.ts";
import type { Report } from "./report.ts";

/** Names come from the log, where junk may have been written: what is past this many is counted together. */
const MOST_GROUPS = 1_000;

const others: Sender = { provider: "others", account: null };

/** Counts what came of each record. What it holds does not grow with the records. */
export class Tally {
  readonly #proven = new Groups<Sender & { key: string }>({
    ...others,
    key: "others",
  });
  readonly #unsigned = new Groups<{ why: string }>({ why: "others" });
  readonly #notSetUp = new Groups<Sender>(others);
  readonly #failures: Report["failures"] = [];
  readonly #most: number;
  #failed = 0;
  #read = 0;

  /** @param most failures named */
  constructor(most: number) {
    this.#most = most;
  }

  add(proof: Proof, record: RecordCoordinates): void {
    this.#read++;
    switch (proof.kind) {
      case "proven": {
        const { provider, account, key } = proof;
        return this.#proven.add({ provider, account, key });
      }
      case "unsigned":
        return this.#unsigned.add({ why: proof.why });
      case "not set up": {
        const { provider, account } = proof;
        return this.#notSetUp.add({ provider, account });
      }
      case "failed": {
        if (++this.#failed > this.#most) return;
        const { provider, account, why } = proof;
        this.#failures.push({
          record: formatCoordinates(record),
          provider,
          account,
          why,
        });
      }
    }
  }

  get counts(): Omit<
    Report,
    "topic" | "since" | "until" | "seconds" | "unreadable" | "all_proven"
  > {
    return {
      records_read: this.#read,
      proven: this.#proven.all,
      unsigned: this.#unsigned.all,
      not_set_up: this.#notSetUp.all,
      failed: this.#failed,
      failures: this.#failures,
    };
  }
}

class Groups<G extends object> {
  readonly #counts = new Map<string, G & { count: number }>();
  readonly #rest: G;

  constructor(rest: G) {
    this.#rest = rest;
  }

  add(group: G): void {
    const name = JSON.stringify(group);
    const known = this.#counts.get(name);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < MOST_GROUPS || group === this.#rest) {
      this.#counts.set(name, { ...group, count: 1 });
    } else this.add(this.#rest);
  }

  get all(): (G & { count: number })[] {
    return [...this.#counts].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([, group]) => group);
  }
}
