import type postgres from "postgres";

/**
 * A character that no JSON text has: in a string it must be escaped, and elsewhere it is no white space
 * (RFC 8259 §2, §7). So texts can be strung together by it and taken apart again, which costs neither side
 * what it takes to write each of them as a JSON string once more.
 */
const SEPARATOR = "\u001e";

/** JSON texts as one parameter that PostgreSQL takes for `text[]`, in their order. */
export function jsonTexts(sql: postgres.ISql, texts: readonly string[]) {
  return sql`string_to_array(${
    texts.join(SEPARATOR)
  }::text, ${SEPARATOR}::text)`;
}
