import { Buffer } from "node:buffer";
import type { misreadings } from "#contracts/rejected_webhook.ts";

type Misreading = (typeof misreadings)[number];

/** What a sender may take for the secret. */
export function misread(
  secret: string,
): (readonly [Misreading, string | Uint8Array])[] {
  const bare = secret.replace(/^(["'])(.*)\1$/, "$2");
  const behindPrefix = /^[A-Za-z][A-Za-z0-9]{1,9}_(.{16,})$/.exec(bare)?.[1];
  const all: (readonly [Misreading, string | Uint8Array])[] = [
    ["newline_behind", `${secret}\n`],
    ["newline_behind", `${secret}\r\n`],
    ["blanks_around", ` ${secret}`],
    ["blanks_around", `${secret} `],
    ["blanks_removed", secret.trim()],
    ["quoted", `"${secret}"`],
    ["quoted", `'${secret}'`],
    ["decoded_from_hex", /^(?:[\da-f]{2})+$/i.test(bare) ? fromHex(bare) : ""],
    ["decoded_from_base64", Buffer.from(bare, "base64")],
  ];
  if (behindPrefix !== undefined) {
    all.push(
      ["without_prefix", behindPrefix],
      ["decoded_from_base64", Buffer.from(behindPrefix, "base64")],
    );
  }
  return all.filter(([, key]) => key.length > 0 && key !== secret);
}

function fromHex(text: string): Uint8Array {
  return Buffer.from(text, "hex");
}
