import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Certificate } from "./certificates.ts";
import { listening } from "./listening.ts";
import { PASSWORD } from "./secured_broker.ts";

/** A server of tokens, as a company's identity provider is one, over TLS. */
export type TokenIssuer = {
  readonly tokenUrl: string;
  /** Where its public keys are, for a broker: a file, and its URL. */
  readonly keysFile: string;
  readonly keysUrl: string;
  /** What its tokens say of who made them, and for whom. */
  readonly name: string;
  readonly audience: string;
  /** How many tokens were asked for, by whom. */
  readonly asked: ReadonlyMap<string, number>;
  /** A token of somebody, for this long. */
  tokenOf(name: string, lifeSeconds?: number): string;
  close(): Promise<void>;
};

const AUDIENCE = "kafka";
const KEY_ID = "tests";
const ISSUER = "https://issuer.test";

/** So short that a service asks for the next one while a scenario runs. */
const LIFE_SECONDS = 25;

const rsa = { modulusLength: 2048 };

export async function tokenIssuer(
  { folder, certificate }: { folder: string; certificate: Certificate },
): Promise<TokenIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", rsa);
  const keysFile = join(folder, "keys.json");
  const jwk = publicKey.export({ format: "jwk" });
  const keys = [{ ...jwk, kid: KEY_ID, alg: "RS256", use: "sig" }];
  await writeFile(keysFile, JSON.stringify({ keys }));
  const tokenOf = (name: string, lifeSeconds = 3_600) => {
    const now = Math.floor(Date.now() / 1000);
    const parts = [
      { alg: "RS256", typ: "JWT", kid: KEY_ID },
      {
        iss: ISSUER,
        sub: name,
        aud: AUDIENCE,
        scope: "kafka",
        iat: now,
        exp: now + lifeSeconds,
      },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const signed = parts.join(".");
    const signature = sign("sha256", Buffer.from(signed), privateKey);
    return `${signed}.${signature.toString("base64url")}`;
  };
  const asked = new Map<string, number>();
  const server = createServer({
    cert: await readFile(certificate.cert),
    key: await readFile(certificate.key),
  }, (request, response) => {
    const login = request.headers.authorization?.replace("Basic ", "") ?? "";
    const [name = "", secret] = Buffer.from(login, "base64").toString()
      .split(":");
    const isKnown = secret === PASSWORD;
    if (isKnown) asked.set(name, (asked.get(name) ?? 0) + 1);
    request.resume();
    request.once("end", () => {
      response.writeHead(isKnown ? 200 : 401, {
        "content-type": "application/json",
      });
      response.end(JSON.stringify(
        isKnown
          ? {
            access_token: tokenOf(name, LIFE_SECONDS),
            token_type: "Bearer",
            expires_in: LIFE_SECONDS,
          }
          : { error: "invalid_client" },
      ));
    });
  });
  const port = await listening(server);
  return {
    tokenUrl: `https://127.0.0.1:${port}/token`,
    keysFile,
    keysUrl: pathToFileURL(keysFile).href,
    name: ISSUER,
    audience: AUDIENCE,
    asked,
    tokenOf,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
