import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError, type Environment, readConfig } from "#runtime/config.ts";
import { isEncrypted } from "./security_settings.ts";
import { connectionRelations, connectionSettings } from "./settings.ts";
import { testCertificates } from "#kit/kafka/test_certificates.ts";

const read = (env: Environment) =>
  readConfig("test", connectionSettings, env, connectionRelations);

const refusal = (env: Environment): string => {
  try {
    read(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("the settings were accepted");
};

const folder = mkdtempSync(join(tmpdir(), "eventflow-certificates-"));
after(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const ca = file("ca.pem", testCertificates.authority);
const cert = file("cert.pem", testCertificates.certificate);
const key = file("key.pem", testCertificates.key);
const pair = { EVENTFLOW_KAFKA_SSLCERT: cert, EVENTFLOW_KAFKA_SSLKEY: key };

const far = { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9092,kafka.internal:9092" };
const password = {
  EVENTFLOW_KAFKA_SASL_USERNAME: "intake",
  EVENTFLOW_KAFKA_SASL_PASSWORD: "the-password",
};
const token = {
  EVENTFLOW_KAFKA_SASL_MECHANISM: "oauthbearer",
  EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: "https://login.internal/token",
  EVENTFLOW_KAFKA_OAUTH_CLIENT_ID: "intake",
  EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET: "the-secret",
};

test("without settings nothing is encrypted, and a file of certificates means that it is", () => {
  assert.equal(isEncrypted(read({})), false);
  assert.equal(isEncrypted(read({ EVENTFLOW_KAFKA_TLS: "true" })), true);
  assert.equal(isEncrypted(read({ EVENTFLOW_KAFKA_SSLROOTCERT: ca })), true);
  assert.equal(isEncrypted(read(pair)), true);
  assert.match(
    refusal({ EVENTFLOW_KAFKA_SSLROOTCERT: ca, EVENTFLOW_KAFKA_TLS: "false" }),
    /EVENTFLOW_KAFKA_TLS must be true if EVENTFLOW_KAFKA_SSLROOTCERT is set: current value false/,
  );
});

test("a login without TLS is for brokers of this machine alone, unless said", () => {
  for (const mechanism of ["plain", "scram-sha-256", "scram-sha-512"]) {
    const login = { EVENTFLOW_KAFKA_SASL_MECHANISM: mechanism, ...password };
    read(login);
    read({ ...login, KAFKA_BOOTSTRAP_SERVERS: "[::1]:9092,localhost:9093" });
    read({ ...login, ...far, EVENTFLOW_KAFKA_TLS: "true" });
    read({ ...login, ...far, EVENTFLOW_KAFKA_ALLOW_PLAINTEXT: "true" });
    const sentence = refusal({ ...login, ...far });
    assert.match(
      sentence,
      new RegExp(
        `EVENTFLOW_KAFKA_TLS must be true to log in to a broker that is not on this machine, or EVENTFLOW_KAFKA_ALLOW_PLAINTEXT true on a network of your own: current values ${mechanism} and kafka\\.internal:9092\\.$`,
      ),
    );
    assert.doesNotMatch(sentence, /the-password/);
  }
  // Without a login there is none that could be read on the way.
  read(far);
});

test("a token is as good as a password: neither brokers nor its own server have it without TLS", () => {
  read({ ...token, ...far, EVENTFLOW_KAFKA_TLS: "true" });
  assert.match(refusal({ ...token, ...far }), /EVENTFLOW_KAFKA_TLS must be/);
  const plain = { EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: "http://login.internal/t" };
  assert.match(
    refusal({ ...token, ...plain }),
    /EVENTFLOW_KAFKA_OAUTH_TOKEN_URL must be an https URL for a server that is not on this machine, .*: current value http:\/\/login\.internal\/t/,
  );
  read({ ...token, EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: "http://127.0.0.1:8/t" });
  read({ ...token, ...plain, EVENTFLOW_KAFKA_ALLOW_PLAINTEXT: "true" });
});

test("a login needs all its parts, and a token comes from one place", () => {
  assert.match(
    refusal({ EVENTFLOW_KAFKA_SASL_MECHANISM: "plain" }),
    /EVENTFLOW_KAFKA_SASL_MECHANISM is plain, so EVENTFLOW_KAFKA_SASL_USERNAME and EVENTFLOW_KAFKA_SASL_PASSWORD must be set/,
  );
  const either =
    /either EVENTFLOW_KAFKA_OAUTH_TOKEN_URL or EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE must be set/;
  const oauth = { EVENTFLOW_KAFKA_SASL_MECHANISM: "oauthbearer" };
  const tokenFile = { EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE: ca };
  assert.match(refusal(oauth), either);
  assert.match(refusal({ ...token, ...tokenFile }), either);
  read({ ...oauth, ...tokenFile });
  assert.match(
    refusal({ ...token, EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET: "" }),
    /EVENTFLOW_KAFKA_OAUTH_CLIENT_ID and EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET must be set/,
  );
});

test("a role logs in to MSK with a region and credentials from one place, and by TLS alone", () => {
  const msk = {
    EVENTFLOW_KAFKA_SASL_MECHANISM: "aws-msk-iam",
    EVENTFLOW_KAFKA_AWS_REGION: "eu-central-1",
  };
  const task = {
    ...msk,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1",
  };
  read({ ...task, ...far, EVENTFLOW_KAFKA_TLS: "true" });
  assert.match(refusal({ ...task, ...far }), /EVENTFLOW_KAFKA_TLS must be/);
  assert.match(
    refusal({ ...task, EVENTFLOW_KAFKA_AWS_REGION: "" }),
    /is aws-msk-iam, so EVENTFLOW_KAFKA_AWS_REGION must be set/,
  );
  assert.match(
    refusal({ ...task, EVENTFLOW_KAFKA_AWS_REGION: "Frankfurt" }),
    /EVENTFLOW_KAFKA_AWS_REGION must be the name of a region such as eu-central-1/,
  );
  assert.match(refusal(msk), /there must be a role's credentials: of an ECS/);
  const pod = (url: string) => ({
    ...msk,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
  });
  for (const url of ["no URL", "http://10.0.0.5/v1", "file:///etc/role"]) {
    assert.match(
      refusal(pod(url)),
      /AWS_CONTAINER_CREDENTIALS_FULL_URI must be as AWS sets it/,
    );
  }
  read(pod("http://169.254.170.23/v1/credentials"));
  read(pod("http://[fd00:ec2::23]/v1/credentials"));
  const person = { ...msk, AWS_ACCESS_KEY_ID: "ASIA1" };
  assert.match(refusal(person), /AWS_SECRET_ACCESS_KEY/);
  const secret = { AWS_SECRET_ACCESS_KEY: "the-secret" };
  read({ ...person, ...secret });
  const end = { AWS_CREDENTIAL_EXPIRATION: "tomorrow" };
  assert.match(
    refusal({ ...person, ...secret, ...end }),
    /AWS_CREDENTIAL_EXPIRATION must be a time such as/,
  );
});

test("a URL with a login in it is refused, and not shown", () => {
  const url = "https://intake:the-secret@login.internal/token";
  const sentence = refusal({ ...token, EVENTFLOW_KAFKA_OAUTH_TOKEN_URL: url });
  assert.match(sentence, /must be an https URL without a login/);
  assert.doesNotMatch(sentence, /the-secret/);
});

test("a file that cannot be used is named with what is wrong with it", () => {
  const none = join(folder, "none.pem");
  const cases: [Environment, RegExp][] = [
    [
      { EVENTFLOW_KAFKA_SSLROOTCERT: none },
      /SSLROOTCERT must name a file that is there and can be read \(ENOENT\)/,
    ],
    [
      { EVENTFLOW_KAFKA_SSLROOTCERT: key },
      /SSLROOTCERT must name a file of certificates as PEM/,
    ],
    [
      { EVENTFLOW_KAFKA_OAUTH_SSLROOTCERT: none },
      /OAUTH_SSLROOTCERT must name a file that is there/,
    ],
    [
      { EVENTFLOW_KAFKA_SSLROOTCERT: "/a b" },
      /SSLROOTCERT must be a path without white space/,
    ],
    [
      { EVENTFLOW_KAFKA_SSLCERT: cert },
      /SSLCERT and EVENTFLOW_KAFKA_SSLKEY must both be set, or neither/,
    ],
    [
      { ...pair, EVENTFLOW_KAFKA_SSLCERT: key },
      /SSLCERT must name a file of certificates/,
    ],
    [
      { ...pair, EVENTFLOW_KAFKA_SSLKEY: cert },
      /SSLKEY must name a file of a private key as PEM/,
    ],
    [
      {
        ...pair,
        EVENTFLOW_KAFKA_SSLKEY: file("other.pem", testCertificates.otherKey),
      },
      /SSLKEY must name the key of the certificate in EVENTFLOW_KAFKA_SSLCERT: it is another one's/,
    ],
    [
      {
        ...pair,
        EVENTFLOW_KAFKA_SSLKEY: file("locked.pem", testCertificates.lockedKey),
      },
      /SSLKEY must name a key without a passphrase/,
    ],
    [
      {
        ...pair,
        EVENTFLOW_KAFKA_SSLCERT: file("expired.pem", testCertificates.expired),
      },
      /SSLCERT must name a certificate that is valid: this one has expired \(/,
    ],
  ];
  read(pair);
  for (const [env, expected] of cases) assert.match(refusal(env), expected);
});
