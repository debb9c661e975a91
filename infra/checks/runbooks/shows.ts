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
      index >= at && pattern.test(one.trim())
    );
    if (found === -1) return line;
    at = found + 1;
  }
  return undefined;
}

function patternOf(line: string): RegExp {
  const words = line.trim().split(/\s+/).map((word) =>
    word.split("…").map(escape).join(".*")
  );
  return new RegExp(`^${words.join("\\s+")}$`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
