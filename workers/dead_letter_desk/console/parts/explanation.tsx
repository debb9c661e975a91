/** @jsxImportSource hono/jsx */
import type { Explained } from "../../explainer/spent.ts";
import { writerOf } from "../../explainer/writer.ts";
import type { Person } from "../../http/tokens.ts";
import { may } from "../may.ts";
import { Form } from "./csrf.tsx";
import { Data } from "./data.tsx";
import { queryOf } from "./filter_words.ts";
import { counted, visible } from "./text.ts";
import { Time } from "./time.tsx";

/** Of a cause: what was explained last, and the button that has it explained. */
export function CauseExplanation({ cause, latest, person }: {
  readonly cause: string;
  readonly latest: (Explained & { at: string; subject: string }) | undefined;
  readonly person: Person;
}) {
  return (
    <section class="box" id="explanation" aria-label="Explanation">
      <h2>Explanation</h2>
      {latest === undefined
        ? <p class="soft">Nobody has had this cause explained yet.</p>
        : (
          <>
            <Explanation explained={latest} person={person} />
            <p class="soft">
              <small>
                For {visible(latest.subject)}, <Time at={latest.at} />
              </small>
            </p>
          </>
        )}
      {may(person, "explain")
        ? (
          <Form action={`/dead-letters/explain${queryOf({ cause })}`}>
            <button type="submit">
              {latest === undefined ? "Explain" : "Explain again"}
            </button>
          </Form>
        )
        : null}
    </section>
  );
}

/** A text that decides nothing, and a patch that only a person can plan. */
export function Explanation({ explained, person }: {
  readonly explained: Explained;
  readonly person: Person;
}) {
  const { text, confidence, notes, patch, patch_by, dry_run, cause } =
    explained;
  return (
    <>
      <p>
        <Data text={text} />
      </p>
      <p>
        <small>
          Written by{" "}
          {visible(writerOf(explained))}, which can be wrong. Confidence:{" "}
          {Math.round(confidence * 100)} of 100.
        </small>
      </p>
      {notes.length === 0 ? null : (
        <ul>
          {notes.map((note) => (
            <li key={note}>
              <small>
                <Data text={note} />
              </small>
            </li>
          ))}
        </ul>
      )}
      {patch === null ? null : (
        <>
          <p>
            Proposed by{" "}
            {patch_by === "model" ? "the model" : "the rules"}. Of the latest
            letters {counted(dry_run?.would_pass ?? 0, "record")}{" "}
            would pass today, {dry_run?.would_fail ?? 0}{" "}
            would fail. Nothing was changed.
          </p>
          <pre tabindex={0} role="group" aria-label="Proposed patch">
            {visible(textOf(patch))}
          </pre>
          {cause !== null && may(person, "act")
            ? (
              <Form
                action={`/dead-letters/edit${
                  queryOf({ cause, state: "open" })
                }`}
              >
                <input type="hidden" name="patch" value={textOf(patch)} />
                <button type="submit" name="do" value="preview" class="primary">
                  Try this patch
                </button>
              </Form>
            )
            : null}
        </>
      )}
    </>
  );
}

/** An operation a line. */
function textOf(patch: NonNullable<Explained["patch"]>): string {
  return `[\n${
    patch.map((operation) => `  ${JSON.stringify(operation)}`).join(",\n")
  }\n]`;
}
