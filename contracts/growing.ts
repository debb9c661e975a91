/**
 * Lists that grow: a later version writes words that this one does not know, under the same name of the contract. Whoever reads them
 * takes such a word for a later one. Our own code knows all of its version, and refuses others; what is published lets them through.
 *
 * @module
 */
import type { z } from "zod";

const growing = new WeakSet<z.core.$ZodType>();

/** Says of an enum that it grows. */
export function grows<S extends z.ZodEnum>(list: S): S {
  growing.add(list);
  return list;
}

export function isGrowing(schema: z.core.$ZodType): boolean {
  return growing.has(schema);
}
