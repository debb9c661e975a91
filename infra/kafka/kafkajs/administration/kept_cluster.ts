import type { Cluster } from "../cluster.ts";

type Kept<C> = { readonly opened: Promise<C>; users: number };

/**
 * A cluster for many short questions, connected to at the first and kept while it answers: with dozens of
 * partitions to a worker, connections of their own for each would be hundreds a minute. After a failure the
 * next question gets another cluster, and those under way go on with theirs.
 */
export class KeptCluster<C extends Pick<Cluster, "disconnect"> = Cluster> {
  readonly #open: () => Promise<C>;
  #kept: Kept<C> | undefined;

  constructor(open: () => Promise<C>) {
    this.#open = open;
  }

  /** @throws what `ask` throws, and if there is no connection */
  async use<T>(ask: (cluster: C) => Promise<T>): Promise<T> {
    const own = this.#kept ??= { opened: this.#open(), users: 0 };
    own.users++;
    try {
      return await ask(await own.opened);
    } catch (error) {
      if (this.#kept === own) this.#kept = undefined;
      throw error;
    } finally {
      own.users--;
      if (this.#kept !== own && own.users === 0) await leave(own);
    }
  }

  /** Questions under way may fail. */
  async close(): Promise<void> {
    const own = this.#kept;
    this.#kept = undefined;
    if (own !== undefined) await leave(own);
  }
}

async function leave(
  { opened }: Kept<Pick<Cluster, "disconnect">>,
): Promise<void> {
  await opened.then((cluster) => cluster.disconnect()).catch(() => {});
}
