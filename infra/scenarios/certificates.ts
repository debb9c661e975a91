import { execFile } from "node:child_process";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { serverUser } from "../stack/postgres/initialise.ts";

/** Paths of a certificate and its key. */
export type Certificate = { readonly cert: string; readonly key: string };

const keyPair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
const lasting = ["-nodes", "-days", "2"];

/** Makes an authority in a folder, by openssl 3. */
export async function makeAuthority(
  folder: string,
  name: string,
): Promise<Certificate> {
  await mkdir(folder, { recursive: true });
  const paths = pathsOf(folder, name);
  await openssl(paths, ["-subj", `/CN=${name}`]);
  return paths;
}

/**
 * Has an authority certify a server, whose key PostgreSQL may read.
 *
 * @param names what it is certified for, such as `DNS:localhost` or `IP:127.0.0.1`
 */
export async function certify(
  authority: Certificate,
  { folder, name, names }: { folder: string; name: string; names: string },
): Promise<Certificate> {
  const paths = pathsOf(folder, name);
  await openssl(paths, [
    ...["-CA", authority.cert, "-CAkey", authority.key],
    ...["-subj", `/CN=${name}`],
    ...["-addext", `subjectAltName=${names}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
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

async function openssl(
  { cert, key }: Certificate,
  args: readonly string[],
): Promise<void> {
  const output = ["-out", cert, "-keyout", key];
  await promisify(execFile)("openssl", [
    ...["req", "-x509"],
    ...[...keyPair, ...lasting, ...output, ...args],
  ]);
}
