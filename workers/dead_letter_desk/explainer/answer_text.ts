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
  // One character can stand for eighteen, and what is looked for below takes the square of a word's length.
  if (plain.length > 2 * text.length) return "it is written in odd characters";
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

/** Of what letters say so much is compared: some have megabytes of it, which were sent to nobody anyway. */
const MOST_CHARACTERS = 1_000_000;

/** Of a word with digits or of three words in a row it is no accident. */
function repeats(
  plain: string,
  told: string,
  texts: readonly string[],
): boolean {
  const sent = new Set(tellingIn([...wordsIn(told)]));
  const said = [...wordsIn(plain)];
  const words = new Set(said);
  const telling = new Set(tellingIn(said).filter((one) => !sent.has(one)));
  let left = MOST_CHARACTERS;
  for (const text of texts) {
    if (telling.size === 0 || left <= 0) return false;
    const part = text.slice(0, left);
    left -= part.length;
    let run: string[] = [];
    for (const word of wordsIn(part)) {
      run = words.has(word) ? [...run.slice(-2), word] : [];
      if (tellingIn(run).some((one) => telling.has(one))) return true;
    }
  }
  return false;
}

/** Words with digits, and three words in a row. */
function tellingIn(words: readonly string[]): string[] {
  return words.flatMap((word, n) => {
    const phrase = words.slice(n, n + 3).join(" ");
    return [
      ...word.length >= 5 && /\d/.test(word) ? [word] : [],
      ...n + 3 <= words.length && phrase.length >= 10 ? [phrase] : [],
    ];
  });
}

function* wordsIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\p{L}\p{N}_-]+/gu)) {
    yield word.toLowerCase();
  }
}
