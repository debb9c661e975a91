import { z } from "zod";
import { Anomaly } from "#contracts/anomaly.ts";
import { NonBlank } from "#contracts/fields.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { DeskRefusal } from "../refusal.ts";

/** Which anomalies: all that is said must fit. */
export const AnomalyFilter = z.strictObject({
  /** As it was told last. */
  state: Anomaly.shape.state.optional(),
  /** Those of one provider; those about all of them have none. */
  provider: NonBlank.optional(),
});
export type AnomalyFilter = z.infer<typeof AnomalyFilter>;

/** More past ones are not shown; all are in the topic. */
const MOST = 500;

/** What was out of the usual: open anomalies first, of each the latest first. */
export async function anomaliesOf(
  database: Pick<Database, "use">,
  { state, provider }: AnomalyFilter = {},
): Promise<Anomaly[]> {
  const rows = await database.use((sql) =>
    sql<{ told: unknown }[]>`
      select told from anomalies
      where true
        ${
      state === undefined ? sql`` : sql`and is_open = ${state === "opened"}`
    }
        ${provider === undefined ? sql`` : sql`and provider = ${provider}`}
      order by is_open desc, raised_at desc, anomaly_id
      limit ${MOST}`
  );
  return rows.map(({ told }) => Anomaly.parse(told));
}

/** @throws {DeskRefusal} if no anomaly has this id */
export async function anomalyOf(
  database: Pick<Database, "use">,
  id: string,
): Promise<Anomaly> {
  const [row] = await database.use((sql) =>
    sql<{ told: unknown }[]>`
      select told from anomalies where anomaly_id = ${id}`
  );
  if (row === undefined) {
    throw new DeskRefusal(404, `There is no anomaly ${id}.`);
  }
  return Anomaly.parse(row.told);
}
