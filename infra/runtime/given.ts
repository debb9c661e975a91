/**
 * What the environment gives for a setting: its variable or, for a secret, a file as well. Every text comes
 * through here, so that none has a blank at its end or a character that cannot be seen.
 *
 * @module
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Environment, Setting } from "./config.ts";

/** A text and what to call the place it came from, or a sentence about what is wrong with it. */
export type Given =
  | { readonly text: string; readonly from: string }
  | { readonly problem: string };

type Source = Pick<
  Setting<unknown>,
  "env" | "secret" | "publicDefault" | "emptyCounts" | "refusedInVariable"
>;

/** Far more than any secret has, and little enough to hold. */
const MAX_FILE_BYTES = 65_536;

/** The variable that names the file of a secret. */
export const fileVariable = (env: string) => `${env}_FILE`;

/** @returns undefined if nothing is given; an empty variable gives nothing, unless empty counts */
export function givenFor(source: Source, env: Environment): Given | undefined {
  const { env: name, secret = false, emptyCounts = false } = source;
  const text = env[name];
  if (!secret) {
    return text === undefined || text === "" ? undefined : plain(name, text);
  }
  const file = fileVariable(name);
  const path = env[file]?.trim();
  if (path) {
    return text
      ? { problem: `${name} and ${file} must not both be set` }
      : read(file, path);
  }
  if (text === undefined) return undefined;
  if (text === "") {
    if (source.publicDefault !== undefined) {
      return { problem: `${name} is set but empty: set it, or unset it` };
    }
    return emptyCounts ? { text, from: name } : undefined;
  }
  const refused = source.refusedInVariable?.(text);
  return refused === undefined
    ? whole(name, text)
    : { problem: `${name} ${refused}` };
}

/** A value as a sentence may show it. Whatever has an @ may hold a login, in whichever variable it is. */
export function shown(text: string): string {
  if (text.includes("@")) {
    return "its value is not shown, as it may hold a password";
  }
  const visible = JSON.stringify(text).replaceAll(
    unseen,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return `but is ${visible}`;
}

/** Blanks around it are a slip of whoever wrote it: a file from Windows, a newline from a shell. */
function plain(from: string, given: string): Given {
  const text = given.trim();
  if (text === "") return { problem: `${from} must not be blank` };
  return hasUnseen(text)
    ? {
      problem: `${from} must not have control or invisible characters, ${
        shown(text)
      }`,
    }
    : { text, from };
}

/** Nothing of a secret is left out in silence: what is left might be another one. */
function whole(from: string, text: string): Given {
  if (text !== text.trim()) {
    return { problem: `${from} must not begin or end with white space` };
  }
  return hasUnseen(text)
    ? { problem: `${from} must not have control or invisible characters` }
    : { text, from };
}

/** The path is not shown: whoever takes the file's variable for the secret's writes the secret there. */
function read(variable: string, path: string): Given {
  if (!isPath(path)) {
    return {
      problem:
        `${variable} must be a path without white space, commas and the characters of patterns`,
    };
  }
  let bytes: Uint8Array;
  try {
    if (!statSync(path).isFile()) {
      return { problem: `${variable} must name a file, and no other thing` };
    }
    bytes = readBounded(path);
  } catch (error) {
    return {
      problem: `${variable} must name a file that is there and can be read (${
        reasonOf(error)
      })`,
    };
  }
  if (bytes.length > MAX_FILE_BYTES) {
    return {
      problem:
        `${variable} must name a file of at most ${MAX_FILE_BYTES} bytes`,
    };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    return { problem: `${variable} must name a file of UTF-8 text` };
  }
  const secret = text.replace(/\r?\n$/, "");
  return secret === ""
    ? { problem: `${variable} must not name an empty file` }
    : whole(`the secret in ${variable}`, secret);
}

/** A path can be part of a list of Deno's permissions, in a shell. */
export function isPath(text: string): boolean {
  return !/[\s,*?[\]{}]/.test(text);
}

/** Reads one byte more than is allowed, at most. */
function readBounded(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** The system's word for it, such as ENOENT; a message would have the path in it. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return error instanceof Error ? error.name : "no reason given";
}

/** Control characters, what has no width, every blank but the plain one, and the sign of damaged bytes. */
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\ufffd]/gu;

function hasUnseen(text: string): boolean {
  return text.search(unseen) >= 0;
}
