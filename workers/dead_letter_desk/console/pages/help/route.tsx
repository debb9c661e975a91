/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ConsoleEnv } from "../../console_env.ts";
import { page } from "../../parts/page.tsx";

const keys = [
  ["/", "search"],
  ["j, k", "the next row, the one before"],
  ["Enter", "open the row"],
  ["x", "select the row; shift and a click select all rows between"],
  ["e", "edit"],
  ["r", "replay"],
  ["?", "this page"],
] as const;

const words = [
  [
    "open",
    "Nobody has decided about it.",
  ],
  ["sent", "It was sent again, and what came of it is not known yet."],
  ["passed", "It was sent again, and its service took it."],
  [
    "dead again",
    "It was sent again, and failed again: as a letter of its own.",
  ],
  ["mapped", "An unmapped webhook was sent again, and a mapping knew it."],
  [
    "unmapped again",
    "It was sent again, and no mapping knew it: a newer pointer stands for it.",
  ],
  ["gone", "The raw record is not kept any more, so it cannot be sent again."],
  ["discarded", "Put aside with a reason. Restore takes it back."],
  ["quarantined", "It failed so often that no bulk replay takes it."],
  [
    "passed over",
    "Selected for a replay and not sent, as it was not open any more when its turn came.",
  ],
] as const;

export function helpRoutes(): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/help", (c) =>
    page(
      c,
      { title: "Keys and words", command: ["--help"] },
      <>
        <h1>Keys and words</h1>
        <div class="columns">
          <section class="box" aria-labelledby="words">
            <h2 id="words">States</h2>
            <dl class="facts">
              {words.map(([word, meaning]) => (
                <div class="pair" key={word}>
                  <dt>{word}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section class="box" aria-labelledby="keys">
            <h2 id="keys">Keys</h2>
            <dl class="facts">
              {keys.map(([key, meaning]) => (
                <div class="pair" key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </>,
    ));
}
