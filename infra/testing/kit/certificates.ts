import { execFile } from "node:child_process";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { serverUser } from "#local/postgres/initialise.ts";

/** Paths of a certificate and its key. */
export type Certificate = { readonly cert: string; readonly key: string };

const keyPair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/** Makes an authority in a folder, by openssl 3. */
export async function makeAuthority(
  folder: string,
  name: string,
): Promise<Certificate> {
  await mkdir(folder, { recursive: true });
  const paths = pathsOf(folder, name);
  await openssl([
    ...["req", "-x509", "-nodes", ...keyPair, "-days", "2"],
    ...["-subj", `/CN=${name}`, "-out", paths.cert, "-keyout", paths.key],
  ]);
  return paths;
}

/**
 * Has an authority certify a server, whose key PostgreSQL may read, or a client.
 *
 * @param names what it is certified for, such as `DNS:localhost` or `IP:127.0.0.1`; absent for a client
 */
export async function certify(
  authority: Certificate,
  { folder, name, names, days = 2 }: {
    folder: string;
    name: string;
    names?: string;
    /** It is valid for; negative: it has expired. */
    days?: number;
  },
): Promise<Certificate> {
  const paths = pathsOf(folder, name);
  const request = join(folder, `${name}.csr`);
  await openssl([
    ...["req", "-nodes", ...keyPair, "-subj", `/CN=${name}`],
    ...["-out", request, "-keyout", paths.key],
    ...(names === undefined ? [] : ["-addext", `subjectAltName=${names}`]),
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
  // `openssl req` makes none that has expired.
  await openssl([
    ...["x509", "-req", "-in", request, "-out", paths.cert],
    ...["-CA", authority.cert, "-CAkey", authority.key],
    ...["-days", String(days), "-copy_extensions", "copyall"],
  ]);
  const user = await serverUser();
  if (user !== undefined) await chown(paths.key, user.uid, user.gid);
  return paths;
}

function pathsOf(folder: string, name: string): Certificate {
  return {
    cert: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  };
}

async function openssl(args: readonly string[]): Promise<void> {
  await promisify(execFile)("openssl", [...args]);
}
