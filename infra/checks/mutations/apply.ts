import type { Mutation } from "./mutations.ts";

/**
 * A file's text with a mutation.
 *
 * @throws {Error} if what it replaces does not stand in the text once
 */
export function mutate(
  text: string,
  { file, find, replace }: Pick<Mutation, "file" | "find" | "replace">,
): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = text.split(find).length - 1;
    throw new Error(
      `"${find.trim()}" stands in ${file} ${times} times, not once`,
    );
  }
  return before + replace + after;
}
