/** @jsxImportSource hono/jsx */
import type { Person } from "../../../http/tokens.ts";
import type { DeskRefusal } from "../../../refusal.ts";
import { Form } from "../../parts/csrf.tsx";
import { queryOf } from "../../parts/filter_words.ts";
import { Needs } from "../../parts/needs.tsx";
import { PlanFields } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { type Chosen, ChosenBox } from "../../parts/selection.tsx";
import { counted, visible } from "../../parts/text.ts";
import type { Line } from "./line_diff.ts";
import type { Sample } from "./samples.ts";

const EXAMPLE = `[
  { "op": "replace", "path": "/payload/currency", "value": "EUR" }
]`;

/** So many samples are open at first. */
const OPEN = 2;

export function EditMany({ chosen, form, samples, refusal, person }: {
  readonly chosen: Chosen;
  readonly form: URLSearchParams;
  readonly person: Person;
  readonly samples: readonly Sample[] | undefined;
  readonly refusal: DeskRefusal | undefined;
}) {
  return (
    <>
      <h1>Edit many records</h1>
      <Refusal refusal={refusal} />
      <ChosenBox chosen={chosen} />
      <Needs person={person} what="act">
        <Form
          action={`/dead-letters/edit${queryOf(chosen.filter)}`}
          class="stack wide"
        >
          <label for="patch">
            Patch, as <abbr title="JavaScript Object Notation">JSON</abbr>{" "}
            Patch (RFC 6902) has it
          </label>
          <textarea
            id="patch"
            name="patch"
            class="mono"
            rows={8}
            data-editor=""
            aria-label="Patch"
            spellcheck={false}
            required
          >
            {form.get("patch") ?? EXAMPLE}
          </textarea>
          <p class="hint">
            What it does not name stays as it is, byte for byte:{" "}
            <code>49.90</code> is not written as <code>49.9</code>.
          </p>
          <div class="buttons">
            <button type="submit" name="do" value="preview">
              Preview up to 20 records
            </button>
          </div>
          {samples === undefined ? null : <Samples samples={samples} />}
          <PlanFields form={form} />
          <button type="submit" name="do" value="plan" class="primary">
            Plan the edit
          </button>
        </Form>
      </Needs>
    </>
  );
}

function Samples({ samples }: { readonly samples: readonly Sample[] }) {
  const fitting = samples.filter((one) => !("why" in one)).length;
  return (
    <section class="box samples" aria-label="Before and after">
      <p role="status">
        The patch fits {counted(fitting, "record")} of the {samples.length}{" "}
        latest.
      </p>
      {samples.map((sample, n) => (
        <details class="sample-box" key={sample.letter} open={n < OPEN}>
          <summary>
            Record {sample.letter}
            {"isSame" in sample && sample.isSame
              ? <small>: nothing changes</small>
              : null}
          </summary>
          {"why" in sample
            ? <p class="alert">{visible(sample.why)}</p>
            : (
              <div class="sample">
                <Side
                  lines={sample.before}
                  name={`Record ${sample.letter} before`}
                  kind="removed"
                />
                <Side
                  lines={sample.after}
                  name={`Record ${sample.letter} after`}
                  kind="added"
                />
              </div>
            )}
        </details>
      ))}
    </section>
  );
}

const signs = { removed: "−", added: "+" } as const;

function Side({ lines, name, kind }: {
  readonly lines: readonly Line[];
  readonly name: string;
  readonly kind: keyof typeof signs;
}) {
  return (
    <pre tabindex={0} role="group" aria-label={name}>
      {lines.map(({ text, isOther }, n) => (
        <span key={n} class={isOther ? `line ${kind}` : "line"}>
          {`${isOther ? signs[kind] : " "} ${visible(text)}`}
        </span>
      ))}
    </pre>
  );
}
