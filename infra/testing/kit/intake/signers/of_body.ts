import { hmac, latin1, type Signer, utf8 } from "./signer.ts";

type Key = string | Uint8Array;

/** A signature of the whole body in one header. */
export function ofBody(
  {
    header,
    algorithm = "sha256",
    encoding,
    keys,
    before = "",
    further,
    ...rest
  }:
    & {
      header: string;
      algorithm?: string;
      encoding: "hex" | "base64";
      keys: readonly [Key, Key, Key];
      before?: string;
      further?: (n: number) => Record<string, string>;
    }
    & Pick<Signer, "name" | "provider" | "accounts" | "retired" | "bodies">,
): Signer {
  return {
    ...rest,
    signatureHeader: header,
    isHex: encoding === "hex",
    unsigned: Object.keys(further?.(0) ?? {}),
    sign: (text, key, n) => {
      const body = utf8.encode(text);
      const made = hmac(algorithm, keys[key], before, body);
      return {
        body,
        headers: { [header]: made.digest(encoding), ...further?.(n) },
      };
    },
    readings: ({ headers, body }) => [{
      text: latin1(body),
      signature: headers[header] ?? "",
    }],
  };
}
