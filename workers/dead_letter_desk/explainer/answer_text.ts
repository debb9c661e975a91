import { topics } from "#contracts/topics.ts";
import type { Cluster } from "./cluster.ts";

/** What strangers wrote and nobody was sent; an answer that says it has it from somewhere else. */
export type Unsent = { readonly texts: readonly string[] };

/**
 * Why an answer's text may not be shown, as a sentence without its full stop; undefined if it may.
 *
 * It is a text and nothing beside: no address, no markup, no number that could be called or paid to. What the letters say and the
 * model was not told does not come back either.
 *
 * @param sent what the model was told
 */
export function refusalOfText(
  text: string,
  sent: Cluster,
  { texts }: Unsent = { texts: [] },
): string | undefined {
  const plain = text.normalize("NFKC");
  const told = JSON.stringify(sent);
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u.test(plain.replaceAll("\n", " "))) {
    return "it has characters that are not seen";
  }
  const link = linkIn(plain, told);
  if (link) return "it has a link or an address";
  if (/<\/?[a-z!]|\]\(|`{3}/i.test(plain)) return "it has markup";
  for (const [digits] of plain.matchAll(/\d(?:[ ().-]?\d){5,}/g)) {
    if (!told.includes(digits)) return "it has a long number";
  }
  return repeats(plain, told, texts)
    ? "it repeats what the letters say and was not sent"
    : undefined;
}

/** A scheme, an at sign, or words that are joined by full stops and are no path that was sent. */
function linkIn(plain: string, told: string): boolean {
  if (
    /[a-z][a-z0-9+.-]*:\/\/|\bwww\b|\bhxxps?\b|\b(?:javascript|mailto|tel):/i
      .test(plain)
  ) {
    return true;
  }
  if (/@/.test(plain)) return true;
  for (
    const [word] of plain.matchAll(
      /[\p{L}\p{N}_*-]+(?:\s?[.。·]\s?(?=\p{L}{2,}(?:\W|$))[\p{L}\p{N}_*-]+)+/gu,
    )
  ) {
    if (/\s/.test(word)) continue;
    if (!told.includes(word) && !OURS.has(word)) return true;
  }
  return false;
}

/** Names of ours that have full stops in them. */
const OURS: ReadonlySet<string> = new Set(
  Object.values(topics).map(({ name }) => name),
);

/** Of a word with digits or of three words in a row it is no accident. */
function repeats(
  plain: string,
  told: string,
  texts: readonly string[],
): boolean {
  const words = (text: string) =>
    text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
  const sent = ` ${words(told).join(" ")} `;
  const said = ` ${words(plain).join(" ")} `;
  for (const text of texts) {
    const its = words(text);
    for (const [n, word] of its.entries()) {
      const isOdd = word.length >= 5 && /\d/.test(word);
      const run = its.slice(n, n + 3);
      const phrase = ` ${run.join(" ")} `;
      if (isOdd && said.includes(` ${word} `) && !sent.includes(` ${word} `)) {
        return true;
      }
      if (
        run.length === 3 && phrase.length >= 12 && said.includes(phrase) &&
        !sent.includes(phrase)
      ) return true;
    }
  }
  return false;
}
