import { type KeyObject, sign } from "node:crypto";
import {
  bits,
  boolean,
  type Der,
  integer,
  NULL,
  objectId,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from "./der.ts";

const SHA256_WITH_RSA = sequence(objectId("1.2.840.113549.1.1.11"), NULL);
const DAY_MS = 86_400_000;

/** Who certifies: the name and the key of an authority. */
export type Issuer = { readonly name: string; readonly key: KeyObject };

/**
 * A certificate (RFC 5280) of an RSA key, signed with SHA-256, from an hour before now for thirty days.
 *
 * @param of.name its one common name
 * @param of.serial 16 bytes at most
 * @param of.isAuthority whether it may certify others
 * @returns it in PEM
 */
export function certificate(
  { name, key, serial, isAuthority, issuer, nowMs }: {
    readonly name: string;
    /** The public one. */
    readonly key: KeyObject;
    readonly serial: Uint8Array;
    readonly isAuthority: boolean;
    readonly issuer: Issuer;
    readonly nowMs: number;
  },
): string {
  const content = sequence(
    tagged(0, integer(Uint8Array.of(2))),
    integer(serial),
    SHA256_WITH_RSA,
    commonName(issuer.name),
    sequence(time(nowMs - 3_600_000), time(nowMs + 30 * DAY_MS)),
    commonName(name),
    key.export({ type: "spki", format: "der" }),
    tagged(3, extensions(isAuthority)),
  );
  const signed = sequence(
    content,
    SHA256_WITH_RSA,
    bits(sign("sha256", content, issuer.key)),
  );
  const lines = signed.toBase64().replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function commonName(name: string): Der {
  return sequence(set(sequence(objectId("2.5.4.3"), utf8(name))));
}

function extensions(isAuthority: boolean): Der {
  const critical = (id: string, content: Der) =>
    sequence(objectId(id), boolean(true), octets(content));
  const [basicConstraints, keyUsage] = ["2.5.29.19", "2.5.29.15"] as const;
  return isAuthority
    ? sequence(
      critical(basicConstraints, sequence(boolean(true))),
      // To sign certificates.
      critical(keyUsage, bits(Uint8Array.of(0x04), 2)),
    )
    : sequence(
      critical(basicConstraints, sequence()),
      // To sign.
      critical(keyUsage, bits(Uint8Array.of(0x80), 7)),
    );
}
