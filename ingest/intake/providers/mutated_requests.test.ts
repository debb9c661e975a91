import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import {
  anyMutant,
  atEveryPosition,
  type Mutant,
} from "#kit/intake/mutated_requests.ts";
import {
  type Reading,
  type SignedRequest,
  type Signer,
  signers,
  TIME_S,
} from "#kit/intake/signed_requests.ts";
import {
  answering,
  between,
  CERT_URL,
  fileOf,
  live,
  root,
} from "#kit/intake/test_paypal.ts";
import { Random } from "#kit/random.ts";
import { CertificateStore } from "./paypal/certificates.ts";
import { paypalBy } from "./paypal/scheme.ts";
import { rows } from "./rows.ts";
import type { Verdict } from "./scheme.ts";

/** Of each way of signing at random, beside every position of a request. More: EVENTFLOW_TEST_MUTATED_REQUESTS, of all together. */
const FEW = 1_200;
const wanted = Number(process.env.EVENTFLOW_TEST_MUTATED_REQUESTS || 0);
const ofEach = Math.max(FEW, Math.ceil(wanted / signers.length));

const paypal = paypalBy(
  new CertificateStore({
    fetch: answering((url) =>
      new Response(fileOf(live, between), {
        status: url === CERT_URL ? 200 : 404,
      })
    ).fetch,
    roots: () => [root.pem],
  }),
);

function verifierOf({ provider, accounts }: Signer) {
  const row = rows.find(({ name }) => name === provider);
  if (row === undefined) throw new Error(`There is no provider ${provider}`);
  const scheme = provider === "paypal" ? paypal : row.scheme;
  const settings = accounts.map((one) => scheme.settings.parse(one));
  return async (
    { headers, body }: SignedRequest,
    account: 0 | 1,
  ): Promise<Verdict> => {
    const claim = scheme.claimIn(
      new Headers(headers),
      settings[account],
      TIME_S * 1_000,
    );
    return typeof claim === "string" ? claim : await claim(body);
  };
}

/** All that an account has signed: by its text, with its signature. */
type Issued = ReadonlyMap<string, Reading & { readonly of: SignedRequest }>;

function issuedBy(signer: Signer, requests: readonly SignedRequest[]): Issued {
  return new Map(
    requests.flatMap((of) =>
      signer.readings(of).map((one) => [one.text, { ...one, of }])
    ),
  );
}

/** The request that an account has signed and that is read of this one, with its signature in it; undefined if there is none. */
function signedAs(
  signer: Signer,
  request: SignedRequest,
  issued: Issued,
): SignedRequest | undefined {
  return signer.readings(request).flatMap(({ text, signature }) => {
    const made = issued.get(text);
    const is = made !== undefined &&
      (signer.isHex
        ? signatures(made.signature, /[0-9a-f]{40,}/).some((one) =>
          signature.toLowerCase().includes(one)
        )
        : signatures(made.signature, /[\w+/]{40,}={0,2}/).some((one) =>
          signature.includes(one)
        ));
    return is ? [made.of] : [];
  })[0];
}

function signatures(text: string, form: RegExp): string[] {
  return form.exec(text)?.slice(0, 1) ?? [];
}

function describe({ request: { headers, body }, places }: Mutant): string {
  const text = new TextDecoder().decode(body);
  return `${places.join(", ")}: ${JSON.stringify(headers)} ${text}`;
}

/** Names of headers, or `body`. */
function differences(one: SignedRequest, other: SignedRequest): string[] {
  const names = new Set(
    [one, other].flatMap(({ headers }) => Object.keys(headers)),
  );
  const differing = [...names].filter((name) =>
    one.headers[name] !== other.headers[name]
  );
  const isBody = Buffer.compare(one.body, other.body) !== 0;
  return isBody ? [...differing, "body"] : differing;
}

let tried = 0;

for (const signer of signers) {
  test(`nothing but what was signed is accepted, whatever is changed of a request: ${signer.name}`, async () => {
    const verify = verifierOf(signer);
    const [own, foreign] = ([0, 1] as const).map((account) =>
      signer.bodies.map((body, n) => signer.sign(body, account, n))
    );
    assert.ok(own !== undefined && foreign !== undefined);
    const issued = [issuedBy(signer, own), issuedBy(signer, foreign)] as const;
    for (const request of own) {
      assert.equal(typeof await verify(request, 0), "object");
      assert.notEqual(typeof await verify(request, 1), "object");
    }
    const unsigned = new Set<string>();
    const ask = async (mutant: Mutant, account: 0 | 1 = 0) => {
      tried++;
      const { request, places } = mutant;
      const verdict = await verify(request, account);
      if (typeof verdict === "string") return;
      const of = signedAs(signer, request, issued[account]);
      if (of === undefined) assert.fail(describe(mutant));
      if (places.includes("all")) return;
      for (const place of differences(of, request)) unsigned.add(place);
    };
    for (const of of own.slice(0, 1)) {
      for (const mutant of atEveryPosition(of)) await ask(mutant);
    }
    const random = new Random(15);
    for (let n = 0; n < ofEach; n++) {
      const of = random.oneOf(own);
      const others = [...own, ...foreign].filter((one) => one !== of);
      let mutant = anyMutant(of, others, random);
      if (random.next() < 0.3) {
        const { request, places } = anyMutant(mutant.request, others, random);
        mutant = { request, places: [...mutant.places, ...places] };
      }
      await ask(mutant, random.next() < 0.1 ? 1 : 0);
    }
    // The same signature may be written otherwise: hex in upper case, others beside it.
    assert.deepEqual(
      [...unsigned].filter((name) => !/signature|hmac/.test(name)).toSorted(),
      [...signer.unsigned].toSorted(),
    );
  });
}

test("so many requests were tried", () => {
  assert.ok(tried >= 20_000, String(tried));
  if (wanted > 0) console.log(`${tried} mutated requests`);
});
