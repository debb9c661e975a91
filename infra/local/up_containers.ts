import { exitCodes } from "#runtime/errors.ts";
import {
  clearContainers,
  composeStop,
  composeUp,
  type PublishedPorts,
  publishedPorts,
  requireContainers,
} from "./compose.ts";
import { announce, withdraw } from "./current_stack.ts";
import type { Home } from "./home.ts";
import { interruption } from "#processes/interruption.ts";
import { overview } from "./overview.ts";
import { reportFlow } from "./report_flow.ts";
import {
  configuredPorts,
  type Places,
  portNames,
  type Ports,
} from "./settings.ts";

/**
 * `deno task up --containers`: the same pipeline by compose, with Prometheus, Alertmanager and Grafana,
 * until Ctrl-C.
 *
 * @throws {StartError} one sentence for the person who started it
 */
export async function upInContainers(
  { home, say }: { home: Home; say: (line: string) => void },
): Promise<number> {
  const began = Date.now();
  await requireContainers();
  const published = await publishedPorts();
  const places = placesFrom(published);
  const stopping = interruption();
  await announce(home, places);
  try {
    await composeUp(stopping);
    if (!stopping.aborted) {
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      say(`\nUp after ${seconds} s.\n\n${table(places, published)}\n`);
      await reportFlow(places, { say, stopping });
    }
  } finally {
    say("\nStopping …");
    await composeStop();
    await withdraw(home);
  }
  say(`Stopped. Data is kept; ${clearContainers} clears it.`);
  return exitCodes.ok;
}

/** What compose publishes, of all instances; a port it has no use for stays as configured. */
function placesFrom(published: PublishedPorts): Places {
  const ports: Record<keyof Ports, number> = { ...configuredPorts() };
  const further: Partial<Record<keyof Ports, readonly number[]>> = {};
  for (const name of portNames) {
    const [first, ...others] = name === "intakeOperations"
      ? published.get("intake")?.[1] ?? []
      : published.get(name)?.[0] ?? [];
    ports[name] = first ?? ports[name];
    if (others.length > 0) further[name] = others;
  }
  return { ports, further };
}

function table(places: Places, published: PublishedPorts): string {
  const others = [
    ["prometheus", "Prometheus"],
    ["alertmanager", "Alertmanager"],
    ["grafana", "Grafana (admin/admin)"],
  ].flatMap(([name = "", title = ""]) => {
    const [port] = published.get(name)?.[0] ?? [];
    return port === undefined
      ? []
      : [{ name, title, url: `http://127.0.0.1:${port}` }];
  });
  return overview(places, {
    logOf: (name) => `docker compose -p eventflow logs ${name}`,
    token:
      "a token: docker compose -p eventflow exec dead_letter_desk cat /run/desk/desk-tokens shows them",
    others,
  });
}
