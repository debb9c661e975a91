import { Buffer } from "node:buffer";
import { z } from "zod";
import { type Jar } from "#local/kafka/jars.ts";

/** What EventFlow is made of, or runs on. */
export type Part = {
  /** Package URL, which says the kind, the name and the version. */
  readonly purl: string;
  readonly kind: "library" | "container" | "platform";
  /** Of its bytes, in hexadecimal digits, if a committed file has it. */
  readonly digest?: {
    readonly algorithm: "SHA-256" | "SHA-512";
    readonly hex: string;
  };
  /** Whether it is in no image of a service: for tests, for the local stack. */
  readonly isForDevelopment: boolean;
};

const Lockfile = z.object({
  npm: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      dependencies: z.array(z.string()).default([]),
    }),
  ),
});

/**
 * Every package of a lockfile of Deno, once by name and version.
 *
 * @param production names that package.json has under `dependencies`; what none of them needs is for development
 */
export function npmParts(
  lockfile: string,
  production: readonly string[],
): Part[] {
  const { npm } = Lockfile.parse(JSON.parse(lockfile));
  const needed = neededBy(production, npm);
  const parts = new Map<string, Part>();
  for (const [key, { integrity }] of Object.entries(npm)) {
    const [name, version] = nameAndVersion(key);
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const isForDevelopment = !needed.has(key) &&
      (parts.get(purl)?.isForDevelopment ?? true);
    const [, base64] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
    parts.set(purl, {
      purl,
      kind: "library",
      isForDevelopment,
      ...base64 && {
        digest: {
          algorithm: "SHA-512",
          hex: Buffer.from(base64, "base64").toString("hex"),
        },
      },
    });
  }
  return [...parts.values()];
}

/** Keys of the packages of these names, and of all that they need. */
function neededBy(
  names: readonly string[],
  npm: z.infer<typeof Lockfile>["npm"],
): Set<string> {
  const needed = new Set<string>();
  const keys = Object.keys(npm);
  const waiting = [...names];
  for (let wanted; (wanted = waiting.pop()) !== undefined;) {
    // The version is left out if there is but one, and so are peers.
    for (const key of keys) {
      const [name, version] = nameAndVersion(key);
      const isWanted = [name, `${name}@${version}`, key].includes(wanted);
      if (!isWanted || needed.has(key)) continue;
      needed.add(key);
      waiting.push(...npm[key]?.dependencies ?? []);
    }
  }
  return needed;
}

/** Of `@scope/name@1.0.0_peer@2.0.0`. */
function nameAndVersion(key: string): [string, string] {
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  if (!name || !version) throw new Error(`deno.lock has the package "${key}"`);
  return [name, version];
}

export function jarParts(jars: readonly Jar[]): Part[] {
  return jars.map(({ groupId, artifactId, version, classifier, sha256 }) => ({
    purl: `pkg:maven/${groupId}/${artifactId}@${version}${
      classifier ? `?classifier=${classifier}` : ""
    }`,
    kind: "library",
    digest: { algorithm: "SHA-256", hex: sha256 },
    isForDevelopment: true,
  }));
}

/** The images that a Dockerfile or a file of compose names, but for those that are built here. */
export function imageParts(text: string): Part[] {
  const images = text.matchAll(
    /^(?:FROM|\s+image:) ((?!eventflow\/)[\w./-]+):([\w.-]+)/gm,
  );
  const purls = [...images].map(([, name, tag]) => `pkg:docker/${name}@${tag}`);
  return [...new Set(purls)].map((purl) => ({
    purl,
    kind: "container",
    isForDevelopment: !/\/(?:deno|bun)@/.test(purl),
  }));
}
