/** @jsxImportSource hono/jsx */
import type { LetterView } from "../../../queries/letter.ts";
import type { Person } from "../../../http/tokens.ts";
import type { DeskRefusal } from "../../../refusal.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data } from "../../parts/data.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PlanFields } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";

/** @param text undefined until somebody asks to see it */
export function EditOne({ letter, text, form, refusal, person }: {
  readonly letter: LetterView;
  readonly text: string | undefined;
  readonly form: URLSearchParams;
  readonly person: Person;
  readonly refusal: DeskRefusal | undefined;
}) {
  const { letter: place, error_message, issues, state } = letter;
  return (
    <>
      <h1>Edit record {place}</h1>
      <Refusal refusal={refusal} />
      <section class="box" aria-label="What is wrong">
        <p>
          <strong>
            <Data text={error_message} />
          </strong>
        </p>
        <ul class="issues">
          {issues.map(({ path, message }) => (
            <li key={path}>
              <code>
                <Data text={path} />
              </code>{" "}
              <Data text={message} />
            </li>
          ))}
        </ul>
      </section>
      <Needs person={person} what="act">
        {text === undefined
          ? (
            <Form action={`/dead-letters/${place}/edit`}>
              <p>
                To edit a record is to see it unmasked. That you did is written
                down.
              </p>
              <button type="submit" class="primary">Show and edit</button>
            </Form>
          )
          : (
            <Form action={`/dead-letters/${place}/edit`} class="stack wide">
              <input type="hidden" name="state" value={state} />
              <label for="body">Body</label>
              <textarea
                id="body"
                name="body"
                class="mono body"
                data-editor=""
                spellcheck={false}
                aria-describedby="body-hint"
              >
                {`\n${text}`}
              </textarea>
              <p class="hint" id="body-hint">
                What you do not touch stays as it is, byte for byte. The edited
                record names the original; nobody signed it.
              </p>
              <PlanFields form={form} />
              <button type="submit" class="primary">Plan the edit</button>
            </Form>
          )}
      </Needs>
    </>
  );
}
