import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { parse } from "yaml";
import { consumerNames } from "#contracts/services.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import { StartError } from "#runtime/lifecycle.ts";
import {
  portsOf,
  requireContainers,
  type Run,
  withProfiles,
} from "#local/compose.ts";
import { repositoryRoot } from "#local/home.ts";
import { services as processes } from "#local/service_jobs.ts";
import { portNames, stackSettings } from "#local/settings.ts";

type Service = {
  image: string;
  build?: { target: string };
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  cpus?: string | number;
  user?: string;
  env_file?: { path: string; required: boolean }[];
  networks?: string[];
  network_mode?: string;
  restart?: string;
  stop_grace_period?: string;
  healthcheck?: unknown;
  volumes?: (string | { target: string })[];
  command?: string[];
  depends_on?: Record<string, { condition: string; restart?: boolean }>;
  environment?: Record<string, string | number>;
};

const folder = join(repositoryRoot, "infra/deploy/compose");
type Network = { driver_opts?: Record<string, string>; internal?: boolean };
const compose: {
  services: Record<string, Service>;
  networks: Record<string, Network>;
  volumes: object;
} = parse(
  await readFile(join(folder, "compose.yaml"), "utf8"),
  { merge: true, maxAliasCount: -1 },
);
const dockerfile = await readFile(
  join(repositoryRoot, "infra/deploy/images/Dockerfile"),
  "utf8",
);
const all = Object.entries(compose.services);
const jobs = all.filter(([, { restart }]) => restart === "no");
const lasting = all.filter(([, { restart }]) => restart !== "no");

/** The instructions of a stage of the Dockerfile. */
function stage(name: string): string {
  const [, text] = dockerfile.match(
    new RegExp(`^FROM \\S+ AS ${name}\\n([^]*?)(?=^FROM |$(?![^]))`, "m"),
  ) ?? [];
  assert.ok(text !== undefined, `the Dockerfile has no stage ${name}`);
  return text;
}

/** The user of a stage of the Dockerfile: the last that it names, or that of the stage it begins from. */
function userOf(name: string): string | undefined {
  const [last] = [...stage(name).matchAll(/^USER (.*)$/gm)].slice(-1);
  if (last) return last[1];
  const from = new RegExp(`^FROM (\\w+) AS ${name}$`, "m").exec(dockerfile);
  return from?.[1] && userOf(from[1]);
}

/** Volumes in compose's short form; the long one is for files of this machine. */
function short(volumes: Service["volumes"] = []): string[] {
  return volumes.filter((volume) => typeof volume === "string");
}

/** `${NAME:-value}` by its default, as if nothing is set. */
function byDefault(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^{}]*)\}/g, "$1");
}

test("every published port is bound to loopback", () => {
  for (const [name, { ports = [] }] of all) {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
  }
});

test("each port of the local stack is published where settings.ts has it, by the same variable", () => {
  const published = all.flatMap(([, { ports = [] }]) => ports);
  for (const name of portNames) {
    // Kafka talks to itself inside its container.
    if (name === "kafkaController") continue;
    const { env, fallback } = stackSettings[name];
    assert.ok(
      published.some((port) =>
        port.startsWith(`127.0.0.1:\${${env}:-${fallback}}:`)
      ),
      name,
    );
  }
});

test("every container is restricted: nothing to write, no capability, bounded memory and processors", () => {
  for (const [name, service] of all) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ["ALL"], name);
    assert.deepEqual(service.security_opt, ["no-new-privileges:true"], name);
    assert.ok(service.mem_limit, name);
    assert.match(byDefault(`${service.cpus}`), /^(?:0\.5|1|2)(?:\.0)?$/, name);
  }
});

test("what lasts is restarted, and says whether it is healthy", () => {
  for (const [name, { restart, healthcheck, build }] of lasting) {
    assert.equal(restart, "unless-stopped", name);
    const ofImage = build &&
      /^HEALTHCHECK .*ready\.ts/m.test(stage(build.target));
    assert.ok(healthcheck ?? ofImage, `${name} has no health check`);
  }
  assert.deepEqual(jobs.map(([name]) => name), [
    "secrets",
    "desk-secrets",
    "topics",
    "roles",
    "migrate",
  ]);
});

test("a health check that hangs ends itself before the engine gives it up", () => {
  const checks = dockerfile.match(/^HEALTHCHECK --.*$/gm) ?? [];
  assert.equal(checks.length, processes.length);
  for (const check of checks) {
    const [, given = "", own = ""] =
      /--timeout=(\d+)s .* CMD \["timeout", "--signal=KILL", "(\d+)", /
        .exec(check) ?? [];
    assert.ok(Number(own) < Number(given), check);
  }
});

test("every service of the stack has an image of its own, with time to drain", () => {
  for (const { name, operations } of processes) {
    const service = compose.services[name];
    assert.equal(service?.build?.target, name);
    assert.equal(service?.stop_grace_period, "15s", name);
    for (const port of [name, operations]) {
      const { env, fallback } = stackSettings[port];
      assert.match(stage(name), new RegExp(`^EXPOSE ${fallback}$`, "m"));
      assert.equal(`${service?.environment?.[env]}`, fallback, port);
    }
    const asked = stackSettings[operations].fallback;
    assert.match(stage(name), new RegExp(`ready\\.ts", "${asked}"\\]$`, "m"));
  }
});

test("signals reach the process: entry points are in exec form, and a shell is replaced", () => {
  const entryPoints = dockerfile.match(/^ENTRYPOINT .*$/gm) ?? [];
  const built = all.flatMap(([, { build }]) => build?.target ?? []);
  assert.equal(entryPoints.length, new Set(built).size);
  for (const line of entryPoints) {
    assert.match(
      line,
      /^ENTRYPOINT \["(deno|bun)", |"\/bin\/sh", "-c", "exec deno run /,
    );
  }
});

test("images name exact versions, those of the tools the processes run on", async () => {
  const { devDependencies } = JSON.parse(
    await readFile(join(repositoryRoot, "package.json"), "utf8"),
  );
  assert.match(
    dockerfile,
    new RegExp(`^FROM oven/bun:${devDependencies.bun} `, "m"),
  );
  const bases = [...dockerfile.matchAll(/^FROM (\S+:\S+) /gm)].map(([, base]) =>
    base
  );
  const images = all.filter(([, { build }]) => !build).map(([, { image }]) =>
    image
  );
  for (const image of [...bases, ...images]) {
    assert.match(
      `${image}`,
      /:v?\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$|^postgres:\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/,
    );
  }
});

test("no container runs as root, and each says so by number", () => {
  for (const [name, { build, user }] of all) {
    const number = build ? userOf(build.target) : user;
    assert.match(`${number}`, /^[1-9]\d*:\d+$/, name);
  }
});

test("a service is given the file of its own settings and no other's", () => {
  for (const [name, { env_file = [], build }] of all) {
    const own = build && build.target !== "secrets"
      ? [{ path: `env/${name}.env`, required: false }]
      : [];
    assert.deepEqual(env_file, own, name);
  }
});

test("who shares a network with whom is as needs have it, and nobody is in one of all", () => {
  const members = (network: string) =>
    all.filter(([, { networks = [] }]) => networks.includes(network))
      .map(([name]) => name).sort();
  const workers = [...consumerNames, "observer"];
  assert.deepEqual(
    Object.fromEntries(
      Object.keys(compose.networks).map((name) => [name, members(name)]),
    ),
    {
      webhooks: ["intake", "simulator"],
      kafka: [...workers, "intake", "kafka", "topics"].sort(),
      postgres: [
        "dead_letter_desk",
        "enriched_writer",
        "migrate",
        "persistence",
        "postgres",
        "roles",
      ],
      metrics: [...workers, "intake", "prometheus", "simulator"].sort(),
      alerts: ["alertmanager", "prometheus"],
      dashboards: ["grafana", "prometheus"],
      paging: ["alertmanager"],
    },
  );
  for (const [name, { networks, network_mode }] of all) {
    assert.ok(networks ?? network_mode === "none", `${name} is in "default"`);
  }
});

test("nobody but who pages has a way out", () => {
  for (const [name, { driver_opts }] of Object.entries(compose.networks)) {
    assert.equal(
      driver_opts?.["com.docker.network.bridge.enable_ip_masquerade"],
      name === "paging" ? undefined : "false",
      name,
    );
  }
});

test("data lies in named volumes, below the folders the images keep it in", () => {
  const named = lasting.flatMap(([, { volumes }]) => short(volumes))
    .filter((volume) => /^[a-z]+-data:/.test(volume));
  assert.deepEqual(named, [
    "kafka-data:/var/lib/kafka/data",
    "postgres-data:/var/lib/postgresql",
    "prometheus-data:/prometheus",
    "alertmanager-data:/alertmanager",
    "grafana-data:/var/lib/grafana",
  ]);
  assert.deepEqual(
    Object.keys(compose.volumes),
    ["secrets", "desk-secrets", ...named.map((volume) => volume.split(":")[0])],
  );
  const { environment } = compose.services.kafka ?? {};
  assert.equal(environment?.KAFKA_LOG_DIRS, "/var/lib/kafka/data");
});

test("nothing in containers has the secret of the documentation, and only who needs theirs can read it", () => {
  for (const [name, service] of all) {
    assert.doesNotMatch(
      JSON.stringify(service),
      /eventflow-local-(?:secret|desk|approver)/,
      name,
    );
    const mounts = short(service.volumes).filter((volume) =>
      /^(?:desk-)?secrets:/.test(volume)
    );
    const expected = {
      "desk-secrets": ["desk-secrets:/run/desk"],
      dead_letter_desk: ["desk-secrets:/run/desk:ro"],
      secrets: ["secrets:/run/eventflow"],
      intake: ["secrets:/run/eventflow:ro"],
      simulator: ["secrets:/run/eventflow:ro"],
    }[name] ?? [];
    assert.deepEqual(mounts, expected, name);
  }
  const file = "/run/eventflow/webhook-secret";
  const { intake, simulator } = compose.services;
  assert.equal(intake?.environment?.PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE, file);
  assert.equal(
    simulator?.environment?.EVENTFLOW_WEBHOOK_SIGNING_SECRET_FILE,
    file,
  );
});

test("the public password of the database is for those that say development, and the intake does not", () => {
  for (const [name, { environment = {} }] of all) {
    const isPublic = `${environment.EVENTFLOW_DB_URL}`.includes(
      ":eventflow@",
    );
    assert.equal(
      environment.EVENTFLOW_ENVIRONMENT,
      isPublic ? "development" : undefined,
      name,
    );
  }
});

test("each container logs in to the database as the role it needs, and as its superuser none but the one that makes roles", async () => {
  const roles = await readFile(
    join(repositoryRoot, "workers/persistence/roles.sql"),
    "utf8",
  );
  const users = new Map(
    all.flatMap(([name, { environment = {} }]) => {
      const url = environment.EVENTFLOW_DB_URL;
      const user = url === undefined
        ? environment.PGUSER
        : new URL(`${url}`).username;
      return user === undefined ? [] : [[name, `${user}`]];
    }),
  );
  assert.deepEqual(Object.fromEntries(users), {
    roles: "eventflow",
    migrate: databaseRoles.owner,
    persistence: databaseRoles.writer,
    dead_letter_desk: databaseRoles.writer,
    enriched_writer: databaseRoles.writer,
  });
  const given = compose.services.roles?.command?.join("\n") ?? "";
  for (const role of Object.values(databaseRoles)) {
    assert.match(roles, new RegExp(`'${role}'`));
    assert.match(given, new RegExp(`^--command=alter role ${role} `, "m"));
  }
});

test(".env.example names each variable of compose.yaml, with its default", async () => {
  const text = await readFile(join(folder, "compose.yaml"), "utf8");
  const example = await readFile(join(folder, ".env.example"), "utf8");
  const lines = new Set(example.split("\n"));
  for (
    const [, name, fallback = ""] of text.matchAll(
      /\$\{(\w+):-((?:[^{}]|\$\{[^}]*\})*)\}/g,
    )
  ) {
    assert.ok(
      lines.has(`#${name}=${byDefault(fallback)}`),
      `#${name}=${byDefault(fallback)}`,
    );
  }
});

test("of each port that is published, there are as many of its range as instances", () => {
  const json = JSON.stringify({
    services: {
      validator: { ports: [{ published: "8011-8013", target: 8001 }] },
      persistence: { ports: [{ published: "8081-8089" }], scale: 2 },
      intake: { ports: [{ published: "8000" }, { published: "8010" }] },
      topics: {},
    },
  });
  assert.deepEqual([...portsOf(json)], [
    ["validator", [[8011]]],
    ["persistence", [[8081, 8082]]],
    ["intake", [[8000], [8010]]],
    ["topics", []],
  ]);
});

test("which profiles run is what the environment or .env says, else all", () => {
  const profiles = (env: Record<string, string>, settings: string) =>
    withProfiles(env, settings).COMPOSE_PROFILES;
  assert.equal(profiles({}, ""), "full");
  assert.equal(profiles({}, "#COMPOSE_PROFILES=\n"), "full");
  assert.equal(profiles({}, "A=1\nCOMPOSE_PROFILES=\n"), undefined);
  assert.equal(profiles({}, "export COMPOSE_PROFILES=grafana"), undefined);
  assert.equal(profiles({ COMPOSE_PROFILES: "" }, ""), "");
});

test("who reads the webhook secret is started anew when the job has written another", () => {
  const readers = all.filter(([, { volumes = [] }]) =>
    volumes.includes("secrets:/run/eventflow:ro")
  );
  assert.equal(readers.length, 2);
  for (const [name, { depends_on }] of readers) {
    assert.equal(depends_on?.secrets?.restart, true, name);
  }
});

test("what containers need and is missing is said in one sentence", async () => {
  const answers =
    (codes: Record<string, number | undefined>): Run => (_, [first = ""]) =>
      Promise.resolve({
        code: first in codes ? codes[first] : 0,
        output: "no socket\n",
      });
  const says = (run: Run, what: RegExp) =>
    assert.rejects(requireContainers(run), (error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, what);
      assert.match(error.message, /^[^\n]*deno task up[^\n]*\.$/);
      return true;
    });
  await says(answers({ "--version": undefined }), /^There is no docker/);
  await says(answers({ compose: 1 }), /has no compose plugin/);
  await says(answers({ info: 1 }), /does not answer \(no socket\)/);
  await requireContainers(answers({}));
});

const hasCompose = spawnSync("docker", ["compose", "version"]).status === 0;

test(
  "docker compose takes the files, and infra/compose.yaml leaves what the services of this machine need",
  {
    skip: hasCompose ? false : "docker compose is not installed here",
  },
  () => {
    const services = (file: string, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        "docker",
        ["compose", "-f", file, ...args, "config", "--services"],
        {
          cwd: repositoryRoot,
          encoding: "utf8",
          env: { ...process.env, COMPOSE_PROFILES: "" },
        },
      );
      assert.equal(status, 0, stderr);
      return stdout.trim().split("\n").sort();
    };
    const names = Object.keys(compose.services).sort();
    const all = "infra/deploy/compose/compose.yaml";
    assert.deepEqual(services(all, "--profile", "full"), names);
    assert.deepEqual(
      services(all),
      names.filter((name) => name !== "grafana"),
    );
    const own = new Set([
      "secrets",
      "desk-secrets",
      ...processes.map(({ name }) => name),
    ]);
    own.delete("observer");
    assert.deepEqual(
      services("infra/compose.yaml"),
      names.filter((name) => !own.has(name)),
    );
  },
);
