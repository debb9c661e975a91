/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import {
  anomaliesOf,
  AnomalyFilter,
  anomalyOf,
} from "../../../queries/anomalies.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Explanation } from "../../parts/explanation.tsx";
import { page } from "../../parts/page.tsx";
import { Anomalies, OneAnomaly } from "./view.tsx";

/** What was out of the usual in the flow of payments. */
export function anomaliesRoutes(
  { desk, reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .get("/anomalies", async (c) => {
      const filter = AnomalyFilter.parse({
        provider: c.req.query("provider")?.trim() || undefined,
      });
      const anomalies = await anomaliesOf(database, filter);
      return page(
        c,
        {
          title: "Anomalies",
          section: "/anomalies",
          command: [
            "anomalies",
            ...filter.provider === undefined
              ? []
              : ["--provider", filter.provider],
          ],
        },
        <Anomalies anomalies={anomalies} filter={filter} />,
      );
    })
    .get("/anomalies/:id", async (c) => {
      const anomaly = await anomalyOf(database, c.req.param("id"));
      return page(
        c,
        {
          title: "Anomaly",
          section: "/anomalies",
          command: ["anomalies", anomaly.anomaly_id],
        },
        <OneAnomaly anomaly={anomaly} person={c.var.session.person} />,
      );
    })
    .post("/anomalies/:id/explain", async (c) => {
      const { asker, session } = c.var;
      const id = c.req.param("id");
      const explained = await desk.explainAnomaly(id, asker);
      const anomaly = await anomalyOf(database, id);
      return page(
        c,
        {
          title: "Anomaly explained",
          section: "/anomalies",
          command: ["anomalies", id],
        },
        <OneAnomaly anomaly={anomaly} person={session.person}>
          <Explanation explained={explained} person={session.person} />
        </OneAnomaly>,
      );
    });
}
