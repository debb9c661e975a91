/**
 * Configuration: one table of settings per service, read once from the environment, checked whole.
 * Types, defaults, secrecy and the sentence for the reference page are declared together.
 *
 * @module
 */
import { z } from "zod";

export type Setting<T> = {
  /** Name of the environment variable. */
  readonly env: string;
  readonly doc: string;
  /** Text used where the variable is unset or empty; without one the variable is required. */
  readonly fallback?: string;
  /** A secret's value appears in no message, log or page. */
  readonly secret?: boolean;
  readonly schema: z.ZodType<T, string>;
};

// deno-lint-ignore no-explicit-any -- only `any` lets a table hold settings of different types
export type Settings = Readonly<Record<string, Setting<any>>>;

export type Config<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** A rule between settings: returns what must hold, with the current values, where it does not. */
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
    const given = env[setting.env];
    const text = given === undefined || given === "" ? setting.fallback : given;
    if (text === undefined) {
      problems.push(`${setting.env} must be set (${setting.doc})`);
      return [key, undefined];
    }
    const parsed = setting.schema.safeParse(text);
    if (parsed.success) return [key, parsed.data];
    const value = setting.secret ? "" : `, but is ${JSON.stringify(text)}`;
    const must = parsed.error.issues.map((issue) => issue.message).join(", ");
    problems.push(`${setting.env} ${must}${value}`);
    return [key, undefined];
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

type Common = { doc: string; fallback?: string };

/** Any text that is not blank. */
export function text(env: string, options: Common): Setting<string> {
  return {
    env,
    ...options,
    schema: z.string().regex(/\S/, "must not be blank"),
  };
}

/** Text that must never be shown. */
export function secret(env: string, options: Common): Setting<string> {
  return { ...text(env, options), secret: true };
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
  return {
    ...setting,
    fallback: "",
    schema: z.string().transform((value, context) => {
      if (value === "") return undefined;
      const parsed = setting.schema.safeParse(value);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues) {
        context.addIssue({ code: "custom", message: issue.message });
      }
      return z.NEVER;
    }),
  };
}
