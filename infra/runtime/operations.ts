import { healthRoutes } from "./health.ts";
import { type Address, listen } from "./http_server.ts";
import type { Service } from "./lifecycle.ts";

/**
 * Serves what operators ask of a service, at a port for them alone, until all that was opened later is
 * closed: while it drains, `/ready` says so and the last figures can be fetched.
 *
 * @returns its URL
 * @throws {StartError} where the port is taken or may not be bound
 */
export async function serveOperations(
  { name, readiness, metrics, defer }: Pick<
    Service<Record<never, never>>,
    "name" | "readiness" | "metrics" | "defer"
  >,
  address: Address,
): Promise<string> {
  const app = healthRoutes({ service: name, readiness, metrics });
  const server = await listen(app, address);
  defer(() => server.close());
  return server.url;
}
