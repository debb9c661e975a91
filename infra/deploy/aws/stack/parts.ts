import type { Database } from "./database.ts";
import type { KafkaCluster } from "./kafka.ts";
import type { Network } from "./network.ts";
import type { Secrets } from "./secrets.ts";

/** What is there before anything runs. */
export type Parts = {
  readonly network: Network;
  readonly kafka: KafkaCluster;
  readonly database: Database;
  readonly secrets: Secrets;
};
