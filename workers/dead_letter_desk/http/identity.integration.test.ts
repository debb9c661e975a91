import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import Provider from "oidc-provider";
import { listening } from "#kit/listening.ts";
import { IdentityProvider } from "./identity_provider.ts";

const AUDIENCE = "eventflow-dead-letter-desk";

/** A provider of OpenID Connect on a port of its own, with one person who is who the login form says. */
async function provider() {
  const keys = await generateKeyPair("ES256", { extractable: true });
  const jwk = {
    ...await exportJWK(keys.privateKey),
    kid: "own",
    alg: "ES256",
    use: "sig",
  };
  const server = createServer();
  const port = await listening(server);
  const issuer = `http://127.0.0.1:${port}`;
  const redirectUri = "http://127.0.0.1:1/login/callback";
  const oidc = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [{
      client_id: "desk",
      client_secret: "a-secret-of-the-desk",
      redirect_uris: [redirectUri],
      id_token_signed_response_alg: "ES256",
      response_types: ["code"],
      grant_types: ["authorization_code"],
    }],
    claims: { openid: ["sub", "roles"] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, roles: ["eventflow-approver", "other"] }),
    }),
  });
  server.on("request", oidc.callback());
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ roles: ["operator"], sub: "ann", ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "own" })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setExpirationTime("5m");
  return {
    issuer,
    keys,
    token,
    identity: new IdentityProvider({
      issuer,
      audience: AUDIENCE,
      claims: { subject: "sub", roles: "roles" },
      client: { id: "desk", secret: "a-secret-of-the-desk", redirectUri },
    }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("an access token of the provider is its owner's, and any other nobody's", async () => {
  await using idp = await provider();
  const { token, keys, identity } = idp;
  const good = await token({}).sign(keys.privateKey);
  assert.deepEqual(await identity.personOf(good), {
    subject: "ann",
    role: "operator",
  });

  const stranger = await generateKeyPair("ES256");
  const others = {
    "signed by another": await token({}).sign(stranger.privateKey),
    "for another": await token({}).setAudience("another").sign(keys.privateKey),
    "of another": await token({}).setIssuer("http://127.0.0.1:2").sign(
      keys.privateKey,
    ),
    "over": await token({}).setExpirationTime("-5m").sign(keys.privateKey),
    "without an end": await new SignJWT({ roles: ["admin"], sub: "ann" })
      .setProtectedHeader({ alg: "ES256", kid: "own" }).setIssuer(idp.issuer)
      .setAudience(AUDIENCE).sign(keys.privateKey),
    "altered": good.replace(/\.[^.]{8}/, ".AAAAAAAA"),
    "unsigned": `${Buffer.from('{"alg":"none"}').toString("base64url")}.${
      good.split(".")[1]
    }.`,
    "no token": "a.b.c",
  };
  for (const [how, one] of Object.entries(others)) {
    assert.equal(await identity.personOf(one), undefined, how);
  }
});

test("a token whose owner has no role here is told so", async () => {
  await using idp = await provider();
  const one = await idp.token({ roles: ["cleaner"] }).sign(idp.keys.privateKey);
  await assert.rejects(
    idp.identity.personOf(one),
    /ann has no role at this desk: roles must have one of reader/,
  );
});

test("a person logs in by the provider, once for each login that was asked for", async () => {
  await using idp = await provider();
  const { url, checks } = await idp.identity.loginUrl();
  const query = await throughLogin(url, "bea");
  assert.deepEqual(await idp.identity.loggedIn(query, checks), {
    subject: "bea",
    role: "approver",
  });
  assert.equal(
    await idp.identity.loggedIn(query, checks),
    undefined,
    "the same code again",
  );
  const another = await idp.identity.loginUrl();
  const fresh = await throughLogin(another.url, "bea");
  assert.equal(
    await idp.identity.loggedIn(fresh, checks),
    undefined,
    "of another login",
  );
});

/** What a browser does at the provider: says who it is, agrees, and is sent back. */
async function throughLogin(start: string, person: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps++) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: {
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join(
          "; ",
        ),
      },
      ...form && { method: "POST", body: form },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    form = undefined;
    const location = response.headers.get("Location");
    if (location !== null) {
      url = new URL(location, url).href;
      if (url.includes("/login/callback")) return new URL(url).search;
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    assert.ok(action !== undefined && prompt !== undefined, page.slice(0, 400));
    url = new URL(action, url).href;
    form = new URLSearchParams({ prompt, login: person, password: "any" });
  }
  throw new Error("The provider sends nobody back");
}
