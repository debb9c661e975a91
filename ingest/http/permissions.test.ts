import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { listening } from "#kit/listening.ts";
import { permissionFlags } from "./permissions.ts";

const development = { EVENTFLOW_ENVIRONMENT: "development" };

function flag(flags: readonly string[], name: string): string[] | undefined {
  const found = flags.find((one) => one.startsWith(`--allow-${name}=`));
  return found?.slice(`--allow-${name}=`.length).split(",");
}

test("the intake may listen on its ports, reach the brokers, and nothing else", () => {
  const flags = permissionFlags.intake({
    ...development,
    KAFKA_BOOTSTRAP_SERVERS: "one:9092, two:9093",
    EVENTFLOW_ALLOW_NET: "three:9094",
    EVENTFLOW_INTAKE_PORT: "8100",
    EVENTFLOW_BIND_HOST: "::1",
    EVENTFLOW_INTAKE_OPERATIONS_PORT: "8110",
  });
  assert.deepEqual(flag(flags, "net"), [
    "[::1]:8100",
    "127.0.0.1:8110",
    "one:9092",
    "two:9093",
    "three:9094",
  ]);
  const kinds = flags.map((one) => one.split("=")[0]);
  assert.deepEqual(kinds, [
    "--cached-only",
    "--frozen",
    "--no-remote",
    "--deny-import",
    "--v8-flags",
    "--no-prompt",
    "--allow-env",
    "--allow-net",
    "--allow-read",
  ]);
});

test("files are read for the API pages alone, which others than this machine do not see unless told", () => {
  const secret = "x".repeat(32);
  const own = {
    PAYMENT_PROVIDER_WEBHOOK_SECRET: secret,
    EVENTFLOW_WEBHOOK_SIGNING_SECRET: secret,
  };
  const read = (env: Record<string, string>) =>
    (["intake", "simulator"] as const).map((service) =>
      flag(permissionFlags[service]({ ...own, ...env }), "read")?.length ?? 0
    );
  assert.deepEqual(read({}), [3, 3]);
  assert.deepEqual(read({ EVENTFLOW_BIND_HOST: "::1" }), [3, 3]);
  assert.deepEqual(read({ EVENTFLOW_API_PAGES: "false" }), [0, 0]);
  const open = { EVENTFLOW_BIND_HOST: "0.0.0.0" };
  assert.deepEqual(read(open), [0, 0]);
  assert.deepEqual(read({ ...open, EVENTFLOW_API_PAGES: "true" }), [3, 3]);
});

test("the simulator may reach the webhook's host, with the port its scheme stands for", () => {
  const net = (url: string) =>
    flag(
      permissionFlags.simulator({ ...development, EVENTFLOW_WEBHOOK_URL: url }),
      "net",
    )?.[1];
  assert.equal(net("https://intake.example/hook"), "intake.example:443");
  assert.equal(net("http://intake.example/hook"), "intake.example:80");
  assert.equal(net("http://[::1]:8000/hook"), "[::1]:8000");
});

test("a receiver of traces may be reached, and no address where there is none", () => {
  for (const service of ["intake", "simulator"] as const) {
    const net = (env: Record<string, string>) =>
      flag(permissionFlags[service]({ ...development, ...env }), "net") ?? [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
    assert.deepEqual(net(env), [...net({}), "collector:4318"]);
  }
});

test("the file of a secret may be read, and no other", () => {
  const file = fileURLToPath(import.meta.url);
  const without = { ...development, EVENTFLOW_API_PAGES: "false" };
  const read = (env: Record<string, string>) =>
    flag(permissionFlags.intake({ ...without, ...env }), "read");
  assert.deepEqual(
    read({ PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE: file }),
    [...read({}) ?? [], file],
  );
  for (const none of ["/nowhere/at/all", "/dev/*", `${file},/etc`]) {
    const env = { EVENTFLOW_KAFKA_SASL_PASSWORD_FILE: none };
    assert.deepEqual(read(env), read({}));
  }
});

test("files of certificates and tokens may be read, and the server of tokens be reached", () => {
  const without = { ...development, EVENTFLOW_API_PAGES: "false" };
  const files = {
    EVENTFLOW_KAFKA_SSLROOTCERT: "/etc/kafka/ca.pem",
    EVENTFLOW_KAFKA_SSLCERT: "/etc/kafka/intake.pem",
    EVENTFLOW_KAFKA_SSLKEY: "/etc/kafka/intake.key",
    EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE: "/var/run/token",
  };
  // Though they are not there: so that it is the service that says so.
  assert.deepEqual(
    flag(permissionFlags.intake({ ...without, ...files }), "read"),
    Object.values(files),
  );
  const byUrl = permissionFlags.intake({
    ...without,
    EVENTFLOW_KAFKA_SASL_MECHANISM: "oauthbearer",
    EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: "https://login.example/token",
    EVENTFLOW_KAFKA_OAUTH_CLIENT_ID: "intake",
    EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET: "x",
  });
  assert.ok(flag(byUrl, "net")?.includes("login.example:443"));
});

test("with a role's login to MSK the place of its credentials may be reached, and it needs no more to sign a token", async () => {
  const server = createServer((_, response) =>
    response.end(JSON.stringify({
      AccessKeyId: "ASIA1",
      SecretAccessKey: "the-secret",
      Token: "the-session",
      Expiration: new Date(Date.now() + 60_000).toISOString(),
    }))
  );
  const port = await listening(server);
  const env = {
    ...development,
    EVENTFLOW_KAFKA_SASL_MECHANISM: "aws-msk-iam",
    EVENTFLOW_KAFKA_AWS_REGION: "eu-central-1",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/role`,
  };
  const flags = permissionFlags.intake(env);
  assert.ok(flag(flags, "net")?.includes(`127.0.0.1:${port}`));
  const ecs = permissionFlags.intake({
    ...env,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1",
  });
  assert.ok(flag(ecs, "net")?.includes("169.254.170.2:80"));
  const program = fileURLToPath(
    new URL("../../infra/testing/kit/msk/print_token.ts", import.meta.url),
  );
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["run", "--no-check", ...flags, program],
      { env: { ...process.env, ...env } },
    );
    assert.match(stdout, /^https:\/\/kafka\.eu-central-1\.amazonaws\.com\//);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

test("an environment that does not configure the service opens no address", () => {
  const wrong = { EVENTFLOW_INTAKE_PORT: "many" };
  const flags = permissionFlags.intake(wrong);
  assert.equal(flag(flags, "net"), undefined);
  assert.ok(flag(flags, "env")?.includes("EVENTFLOW_INTAKE_PORT"));
});

test("no value from the environment can add a flag", () => {
  const flags = permissionFlags.intake({
    EVENTFLOW_BIND_HOST: "127.0.0.1 --allow-all",
    EVENTFLOW_INTAKE_PORT: "8000",
    PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE: "/dev/null --allow-all",
  });
  assert.ok(flags.every((one) => !/\s/.test(one)), flags.join("\n"));
  assert.ok(!flags.includes("--allow-all"));
});

test("with accounts at providers it may read their file and reach PayPal's certificates, and it needs no more to look at them", async () => {
  const flags = permissionFlags.intake({
    ...development,
    EVENTFLOW_PROVIDERS_FILE: "providers.json",
  });
  assert.ok(flag(flags, "read")?.includes("providers.json"));
  assert.ok(flag(flags, "net")?.includes("api.paypal.com:443"));
  const store = new URL(
    "../intake/providers/paypal/certificates.ts",
    import.meta.url,
  );
  const folder = await mkdtemp(join(tmpdir(), "eventflow-permissions-"));
  const program = join(folder, "program.ts");
  await writeFile(
    program,
    `import { CertificateStore } from ${JSON.stringify(store.href)};
    const fetch = () => Promise.resolve(new Response("none"));
    const store = new CertificateStore({ fetch });
    const url = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    await store.keyAt(url, { environment: "live", nowMs: 0 });
    console.log(store.obstacle.cause.message);`,
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["run", "--no-check", ...flags, program],
  );
  await rm(folder, { recursive: true });
  assert.equal(stdout, "there is no certificate\n");
});

test("in development alone PayPal's stand-in may be reached, and its root be read and written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-permissions-"));
  const file = join(folder, "providers.json");
  const root = join(folder, "root.pem");
  const development = { certificate_host: "127.0.0.1:8003", root_file: root };
  await writeFile(
    file,
    JSON.stringify({
      accounts: [
        { provider: "stripe", secrets: ["whsec_x"] },
        { provider: "paypal", webhook_id: "4JH86294D6297924G", development },
      ],
    }),
  );
  const secret = "x".repeat(32);
  const flags = (service: "intake" | "simulator", environment: string) =>
    permissionFlags[service]({
      PAYMENT_PROVIDER_WEBHOOK_SECRET: secret,
      EVENTFLOW_WEBHOOK_SIGNING_SECRET: secret,
      EVENTFLOW_PROVIDERS_FILE: file,
      EVENTFLOW_ENVIRONMENT: environment,
    });
  try {
    for (const environment of ["production", "development"]) {
      const isDevelopment = environment === "development";
      const intake = flags("intake", environment);
      assert.equal(
        flag(intake, "net")?.includes("127.0.0.1:8003"),
        isDevelopment,
      );
      assert.equal(flag(intake, "read")?.includes(root), isDevelopment);
      assert.equal(flag(intake, "write"), undefined);
      const simulator = flags("simulator", environment);
      assert.ok(flag(simulator, "read")?.includes(file));
      assert.deepEqual(
        flag(simulator, "write"),
        isDevelopment ? [root] : undefined,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
