export type Line = { readonly text: string; readonly isOther: boolean };

/** So long a text is not compared: it would take the product of both lengths. */
const MOST_LINES = 400;

/**
 * Which lines of two texts the other has not (longest common subsequence).
 *
 * @returns undefined if they are too long for that
 */
export function lineDiff(
  before: string,
  after: string,
): { readonly before: Line[]; readonly after: Line[] } | undefined {
  const [a, b] = [before.split("\n"), after.split("\n")];
  if (a.length > MOST_LINES || b.length > MOST_LINES) return undefined;
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j]
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const [from, to]: [Line[], Line[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && one === other) {
      from.push({ text: one, isOther: false });
      to.push({ text: one, isOther: false });
      i++;
      j++;
    } else if (
      one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))
    ) {
      from.push({ text: one, isOther: true });
      i++;
    } else if (other !== undefined) {
      to.push({ text: other, isOther: true });
      j++;
    }
  }
  return { before: from, after: to };
}
