/**
 * Configuration: one table of settings per service, read once from the environment, checked whole.
 * Types, defaults, secrecy and the sentence for the reference page are declared together.
 *
 * @module
 */
import { z } from "zod";
import { publicDefaultsRefused } from "./development.ts";
import { fileVariable, type Given, givenFor, isPath, shown } from "./given.ts";

export type Setting<T> = {
  /** Name of the environment variable. */
  readonly env: string;
  readonly doc: string;
  /** Text used if the variable is unset or empty. */
  readonly fallback?: string;
  /** Without it and without a fallback the variable is required. */
  readonly optional?: boolean;
  /** A secret's value appears in no message, log or page, and may come from a file. It has no fallback. */
  readonly secret?: boolean;
  /** A secret that stands in the documentation, for explicit development on loopback. */
  readonly publicDefault?: string;
  /** What the services had that stood in EventFlow's place before: it is read if `env` gives nothing. */
  readonly earlier?: string;
  /** Its value is shown in no message, though it is no secret: nobody needs it to unset the variable. */
  readonly isRefused?: boolean;
  /** Set but empty is a value, so that no default stands in for it. */
  readonly emptyCounts?: boolean;
  /** What a secret may have in a file but not in its variable; says what to do instead. */
  readonly refusedInVariable?: (text: string) => string | undefined;
  /** Its value is the path of a file that the service reads. */
  readonly isFile?: boolean;
  readonly schema: z.ZodType<T, string>;
};

// deno-lint-ignore no-explicit-any -- only `any` lets a table hold settings of different types
export type Settings = Readonly<Record<string, Setting<any>>>;

export type Config<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** A rule between settings: returns what must hold, with the current values, if it does not. */
export type Relation<S extends Settings> = (
  config: Config<S>,
) => string | undefined;

export type Environment = { readonly [name: string]: string | undefined };

/** The environment does not configure the service; the message lists every reason. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads a service's settings from the environment.
 *
 * @throws {ConfigError} naming every variable that is missing, malformed or at odds with another
 */
export function readConfig<const S extends Settings>(
  service: string,
  settings: S,
  env: Environment,
  relations: readonly Relation<S>[] = [],
): Config<S> {
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([key, setting]) => {
    const result = readSetting(setting, env);
    if ("problem" in result) problems.push(result.problem);
    return [key, "value" in result ? result.value : undefined];
  });
  const config = Object.fromEntries(entries) as Config<S>;
  if (problems.length === 0) {
    for (const relation of relations) {
      const problem = relation(config);
      if (problem !== undefined) problems.push(problem);
    }
  }
  if (problems.length > 0) {
    throw new ConfigError(
      `Cannot start ${service}: ${problems.join("; ")}.`,
    );
  }
  return config;
}

/** What is wrong is told without the value of a secret, whoever refuses it. */
function readSetting<T>(
  setting: Setting<T>,
  env: Environment,
): { value: T | undefined } | { problem: string } {
  const { secret, isRefused, publicDefault } = setting;
  const given = givenByEither(setting, env);
  if (given !== undefined && "problem" in given) return given;
  const text = given?.text ?? setting.fallback ?? publicDefault;
  if (text === undefined) {
    return setting.optional
      ? { value: undefined }
      : { problem: `${wanted(setting)} must be set (${setting.doc})` };
  }
  const refused = text === publicDefault && publicDefaultsRefused(env);
  if (refused) {
    const must = given === undefined
      ? `${wanted(setting)} must be set (${setting.doc})`
      : `${given.from} must be a secret of your own`;
    return { problem: `${must}, as ${refused}` };
  }
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  const must = parsed.error.issues.map(({ message }) => message).join(", ");
  const problem = `${given?.from ?? setting.env} ${must}`;
  return {
    problem: secret || isRefused ? problem : `${problem}, ${shown(text)}`,
  };
}

/** Which of two names counts must be nobody's guess: they agree, or one of them is not set. */
function givenByEither(
  setting: Setting<unknown>,
  env: Environment,
): Given | undefined {
  const { env: name, earlier: earlierName } = setting;
  const own = givenFor(setting, env);
  if (earlierName === undefined) return own;
  const earlier = givenFor({ ...setting, env: earlierName }, env);
  if (own === undefined || earlier === undefined) return own ?? earlier;
  if ("problem" in own) return own;
  if ("problem" in earlier) return earlier;
  return own.text === earlier.text ? own : {
    problem:
      `${name} and ${earlierName} are one setting by two names and must not differ: unset ${earlierName}`,
  };
}

function wanted({ env, secret }: Setting<unknown>): string {
  return secret ? `${env} or ${fileVariable(env)}` : env;
}

type Common = { doc: string; fallback?: string };

/** Any text that is not blank, trimmed. */
export function text(env: string, options: Common): Setting<string> {
  return { env, ...options, schema: z.string() };
}

/** Path of a file that the service reads, and that may be exchanged while it runs. */
export function file(env: string, options: Common): Setting<string> {
  return {
    env,
    ...options,
    isFile: true,
    schema: z.string().refine(
      isPath,
      "must be a path without white space, commas and the characters of patterns",
    ),
  };
}

/**
 * Text that must never be shown, and is taken as it is.
 *
 * @param minBytes of its UTF-8
 */
export function secret(
  env: string,
  { minBytes = 1, ...options }: {
    doc: string;
    minBytes?: number;
    publicDefault?: string;
    refusedInVariable?: (text: string) => string | undefined;
  },
): Setting<string> {
  const isLong = (text: string) =>
    new TextEncoder().encode(text).length >= minBytes;
  return {
    env,
    ...options,
    secret: true,
    schema: z.string().refine(
      (text) => text === options.publicDefault || isLong(text),
      `must have at least ${minBytes} bytes`,
    ),
  };
}

/** A name or an address of a computer, with nothing else in it. */
export function host(env: string, options: Common): Setting<string> {
  return {
    env,
    ...options,
    schema: z.string().regex(/^[^\s@]+$/, "must be a name or an address"),
  };
}

/** A comma-separated list of at least one entry; blanks around entries are dropped. */
export function list(env: string, options: Common): Setting<string[]> {
  return {
    env,
    ...options,
    schema: z.string()
      .transform((value) =>
        value.split(",").map((entry) => entry.trim()).filter(Boolean)
      )
      .refine((entries) => entries.length > 0, "must name at least one"),
  };
}

/** A decimal number between `min` and `max`. */
export function number(
  env: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, ...options }:
    & Common
    & { min?: number; max?: number },
): Setting<number> {
  const must = `must be a number from ${min} to ${max}`;
  return {
    env,
    ...options,
    schema: z.string().regex(/^-?\d+(\.\d+)?$/, must).transform(Number)
      .refine((value) => value >= min && value <= max, must),
  };
}

/** A whole number between `min` and `max`. */
export function integer(
  env: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER, ...options }:
    & Common
    & { min?: number; max?: number },
): Setting<number> {
  const must = `must be a whole number from ${min} to ${max}`;
  return {
    env,
    ...options,
    schema: z.string().regex(/^-?\d+$/, must).transform(Number)
      .refine((value) => value >= min && value <= max, must),
  };
}

/** A TCP port; 0 lets the system pick a free one. */
export function port(env: string, options: Common): Setting<number> {
  return integer(env, { ...options, min: 0, max: 65535 });
}

/** `true` or `false`. */
export function flag(env: string, options: Common): Setting<boolean> {
  return {
    env,
    ...options,
    schema: z.string().regex(/^(true|false)$/i, "must be true or false")
      .transform((value) => value.toLowerCase() === "true"),
  };
}

/** One of a closed list of words. */
export function choice<const T extends string>(
  env: string,
  { values, ...options }: Common & { values: readonly [T, ...T[]] },
): Setting<T> {
  return {
    env,
    ...options,
    schema: z.string().pipe(
      z.enum(values, { error: `must be one of ${values.join(", ")}` }),
    ),
  };
}

/** A setting that may be absent. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, optional: true };
}

/** The same setting, by the name it had before as well. */
export function alsoNamed<T>(
  earlier: string,
  setting: Setting<T>,
): Setting<T> {
  return { ...setting, earlier };
}

/**
 * A variable that is not read here and changes, if it is set, what somebody expects of the service: to start
 * regardless would be to do something else in silence.
 *
 * @param instead what to do, as the end of a sentence that begins with the variable
 */
export function refused(
  env: string,
  { doc, instead }: { doc: string; instead: string },
): Setting<undefined> {
  return {
    env,
    doc,
    optional: true,
    isRefused: true,
    schema: z.string().transform((_, context) => {
      context.addIssue({ code: "custom", message: instead });
      return z.NEVER;
    }),
  };
}

/** Every name that a table reads. */
export function namesOf(settings: Settings): string[] {
  return Object.values(settings).flatMap(({ env, earlier, secret }) =>
    [env, earlier].flatMap((name) =>
      name === undefined ? [] : secret ? [name, fileVariable(name)] : [name]
    )
  );
}
