import { isJsonObject } from "#contracts/json_object.ts";

/** A step of a JSON Patch (RFC 6902). */
export type Operation =
  | {
    readonly op: "add" | "replace";
    readonly path: string;
    readonly value: unknown;
  }
  | { readonly op: "remove"; readonly path: string };

/**
 * What makes one value of another: as deep as possible, so that a patch shows what differs and nothing else. A list of another length is
 * replaced as a whole, and so is what has nothing in common.
 */
export function patchOf(from: unknown, to: unknown, path = ""): Operation[] {
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((one, index) =>
      patchOf(one, to[index], `${path}/${index}`)
    );
  }
  if (
    isJsonObject(from) && isJsonObject(to) &&
    Object.keys(from).some((key) => key in to)
  ) {
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...keys].flatMap((key): Operation[] => {
      const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (!(key in to)) return [{ op: "remove", path: at }];
      if (!(key in from)) return [{ op: "add", path: at, value: to[key] }];
      return patchOf(from[key], to[key], at);
    });
  }
  return JSON.stringify(from) === JSON.stringify(to)
    ? []
    : [{ op: "replace", path, value: to }];
}
