/**
 * A quick check beside zod's: what it accepts, zod would accept and return as it is. It is made of the schema itself, and leaves all
 * that it does not surely know to zod, which also says what is wrong.
 *
 * @module
 */
import type { z } from "zod";

/** Whether a value of `JSON.parse` has the usual form of a schema. `false` says nothing: zod has to judge. */
export type UsualForm = (value: unknown) => boolean;

const own = new WeakMap<z.core.$ZodType, UsualForm>();
const known = new WeakMap<z.core.$ZodType, UsualForm | undefined>();

const never: UsualForm = () => false;

/**
 * Gives a schema a usual form of its own: one that takes less time than its checks, or stands for a check that only zod can run.
 * A schema derived from it, as by `.max()`, does not have it: it asks for more.
 *
 * @param form accepts only what the schema accepts and returns as it is
 */
export function usually<S extends z.core.$ZodType>(
  schema: S,
  form: UsualForm,
): S {
  own.set(schema, form);
  return schema;
}

/** The usual form of a schema; of one that has parts that are not known here, a form that accepts nothing. */
export function usualFormOf(schema: z.core.$ZodType): UsualForm {
  return formOf(schema) ?? never;
}

/** Whether a value of `JSON.parse` surely satisfies a schema, which returns it as it is. If not, it may all the same. */
export function isUsual<T>(schema: z.ZodType<T>, value: unknown): value is T {
  return usualFormOf(schema)(value);
}

/**
 * Parses as zod's `safeParse` does. The value comes back itself, or a copy that is equal to it but for keys called `__proto__`:
 * nobody may change it.
 *
 * @param value what `JSON.parse` made
 */
export function safeParse<T>(
  schema: z.ZodType<T>,
  value: unknown,
): z.ZodSafeParseResult<T> {
  return isUsual(schema, value)
    ? { success: true, data: value }
    : schema.safeParse(value);
}

function formOf(schema: z.core.$ZodType): UsualForm | undefined {
  const form = own.get(schema) ?? known.get(schema);
  if (form !== undefined || known.has(schema)) return form;
  // Until its form is known it has none: a schema that contains itself is zod's.
  known.set(schema, undefined);
  const made = makeForm(schema);
  known.set(schema, made);
  return made;
}

/** Of the kinds of schema there are, those that return a value as it came. A kind that zod adds is not among them. */
function makeForm(schema: z.core.$ZodType): UsualForm | undefined {
  // How zod names what all its schemas are, so that `type` tells them apart.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "string") return stringForm(def);
  if (def.type === "number") return numberForm(def);
  if ((def.checks ?? []).length > 0) return undefined;
  switch (def.type) {
    case "boolean":
      return def.coerce ? undefined : (value) => typeof value === "boolean";
    case "unknown":
      // Zod takes anything, but not that a field of this kind is missing.
      return (value) => value !== undefined;
    case "literal":
      return oneOf(def.values);
    case "enum":
      return oneOf(Object.values(def.entries));
    case "optional":
      return orElse(undefined, def.innerType);
    case "nullable":
      return orElse(null, def.innerType);
    case "array":
      return arrayForm(def);
    case "object":
      return objectForm(def);
    case "record":
      return recordForm(def);
    default:
      return undefined;
  }
}

function stringForm(def: z.core.$ZodStringDef): UsualForm | undefined {
  // A format, as of z.email(), is a schema and its own check.
  if (def.coerce || "format" in def) return undefined;
  const form = allOf(def.checks, stringCheck);
  return form && ((value) => typeof value === "string" && form(value));
}

function stringCheck(
  check: z.core.$ZodChecks,
): ((text: string) => boolean) | undefined {
  const { def } = check._zod;
  switch (def.check) {
    case "max_length":
      // Zod counts code points, of which there are no more than units.
      return ({ length }) => length <= def.maximum;
    case "string_format": {
      const { pattern } = def;
      // A pattern with a state of its own would be shared with zod.
      return def.format === "regex" && pattern && !/[gy]/.test(pattern.flags)
        ? (text) => pattern.test(text)
        : undefined;
    }
    default:
      return undefined;
  }
}

function numberForm(def: z.core.$ZodNumberDef): UsualForm | undefined {
  const isInt = "format" in def;
  if (def.coerce || (isInt && def.format !== "safeint")) return undefined;
  const form = allOf(def.checks, numberCheck);
  const isNumber = isInt ? Number.isSafeInteger : Number.isFinite;
  return form && ((value) => isNumber(value) && form(value as number));
}

function numberCheck(
  check: z.core.$ZodChecks,
): ((number: number) => boolean) | undefined {
  const { def } = check._zod;
  if (def.check !== "greater_than" && def.check !== "less_than") {
    return undefined;
  }
  const { value: bound, inclusive } = def;
  if (typeof bound !== "number") return undefined;
  if (def.check === "greater_than") {
    return inclusive ? (number) => number >= bound : (number) => number > bound;
  }
  return inclusive ? (number) => number <= bound : (number) => number < bound;
}

/** Whether a value passes all checks; undefined if one of them is not known. */
function allOf<T>(
  checks: readonly z.core.$ZodCheck<never>[] = [],
  formOfCheck: (
    check: z.core.$ZodChecks,
  ) => ((value: T) => boolean) | undefined,
): ((value: T) => boolean) | undefined {
  let all: ((value: T) => boolean) | undefined;
  for (const check of checks) {
    // As zod names all its checks: those of others have a `check` that is not known.
    const form = formOfCheck(check as z.core.$ZodChecks);
    if (form === undefined) return undefined;
    const before = all;
    all = before === undefined ? form : (value) => before(value) && form(value);
  }
  return all ?? (() => true);
}

function oneOf(values: readonly unknown[]): UsualForm | undefined {
  if (values.includes(undefined)) return undefined;
  const [only] = values;
  if (values.length === 1) return (value) => value === only;
  const all = new Set(values);
  return (value) => all.has(value);
}

function orElse(
  nothing: null | undefined,
  schema: z.core.$ZodType,
): UsualForm | undefined {
  const form = formOf(schema);
  return form && ((value) => value === nothing || form(value));
}

function arrayForm(def: z.core.$ZodArrayDef): UsualForm | undefined {
  const form = formOf(def.element);
  return form && ((value) => {
    if (!Array.isArray(value)) return false;
    for (let at = 0; at < value.length; at++) {
      if (!form(value[at])) return false;
    }
    return true;
  });
}

/** Only of an object that keeps keys which it does not know: zod returns others without them. */
function objectForm(def: z.core.$ZodObjectDef): UsualForm | undefined {
  if (def.catchall === undefined) return undefined;
  const { def: rest } = (def.catchall as z.core.$ZodTypes)._zod;
  if (rest.type !== "unknown" || rest.checks !== undefined) return undefined;
  const fields: (readonly [string, UsualForm])[] = [];
  for (const [key, schema] of Object.entries(def.shape)) {
    const form = formOf(schema);
    // What every object inherits is never missing.
    if (form === undefined || key in Object.prototype) return undefined;
    fields.push([key, form]);
  }
  return (value) => {
    if (!isUsualObject(value)) return false;
    for (const [key, form] of fields) if (!form(value[key])) return false;
    return true;
  };
}

function recordForm(def: z.core.$ZodRecordDef): UsualForm | undefined {
  const isKey = formOf(def.keyType);
  const form = formOf(def.valueType);
  const { type } = (def.keyType as z.core.$ZodTypes)._zod.def;
  // Of other keys than texts zod asks that all be there, or takes them for numbers.
  if (type !== "string" || !isKey || !form) return undefined;
  return (value) => {
    if (!isUsualObject(value) || Object.hasOwn(value, "constructor")) {
      return false;
    }
    for (const key in value) {
      if (!isKey(key) || !form(value[key])) return false;
    }
    return true;
  };
}

/** Zod leaves a key called `__proto__` out. */
function isUsualObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !Object.hasOwn(value, "__proto__");
}
