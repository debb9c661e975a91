/**
 * What of the lines that a page shows is not in an output. Each must be a line of its own, in order; `…` stands for
 * anything within a line, and blanks for any number of blanks.
 *
 * @returns the first that is missing
 */
export function missingIn(
  output: string,
  shown: readonly string[],
): string | undefined {
  const lines = output.split("\n");
  let at = 0;
  for (const line of shown) {
    const pattern = patternOf(line);
    const found = lines.findIndex((one, index) =>
      index >= at && pattern.test(one)
    );
    if (found === -1) return line;
    at = found + 1;
  }
  return undefined;
}

/** A shown line as a pattern of a whole line, also in a text of several (with the flag `m`), and in Perl too. */
export function patternOf(line: string): RegExp {
  const blank = "[^\\S\\n]";
  const words = line.trim().split(/\s+/).map((word) =>
    word.split("…").map(escape).join("[^\\n]*")
  );
  return new RegExp(`^${blank}*${words.join(`${blank}+`)}${blank}*$`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/@]/g, "\\$&");
}
