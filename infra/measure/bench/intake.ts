import {
  anotherServiceJob,
  type ServiceEnvironment,
  services,
} from "#local/service_jobs.ts";
import type { Ports } from "#local/settings.ts";
import type { Job } from "#processes/supervisor.ts";
import type { Checkout } from "./checkout.ts";

/** Where the payment provider sends its webhooks. */
export const WEBHOOK_PATH = "/api/webhooks/payment-authorized";

/** The intake of a checkout, on a free port of loopback. */
export async function intakeJob(
  { root }: Checkout,
  { ports, env }: { ports: Ports; env: ServiceEnvironment },
): Promise<{ job: Job; port: number }> {
  const service = services.find(({ name }) => name === "intake");
  if (service === undefined) throw new Error("There is no intake");
  const as = "intake";
  const { job, url } = await anotherServiceJob(service, {
    as,
    ports,
    env,
    root,
  });
  return { job, port: Number(new URL(url).port) };
}
