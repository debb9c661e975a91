/** @jsxImportSource hono/jsx */
import type { DeskRefusal } from "../../../refusal.ts";
import { Form } from "../../parts/csrf.tsx";
import { queryOf } from "../../parts/filter_words.ts";
import { PlanFields } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { type Chosen, ChosenBox } from "../../parts/selection.tsx";
import { counted, visible } from "../../parts/text.ts";
import type { Line } from "./line_diff.ts";
import type { Sample } from "./samples.ts";

const EXAMPLE = `[
  { "op": "replace", "path": "/payload/currency", "value": "EUR" }
]`;

export function EditMany({ chosen, form, samples, refusal }: {
  readonly chosen: Chosen;
  readonly form: URLSearchParams;
  readonly samples: readonly Sample[] | undefined;
  readonly refusal: DeskRefusal | undefined;
}) {
  return (
    <>
      <h1>Edit many records</h1>
      <Refusal refusal={refusal} />
      <ChosenBox chosen={chosen} />
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
      {samples.map((sample) => (
        <div class="sample" key={sample.letter}>
          <h2>
            <a href={`/dead-letters/${sample.letter}`}>
              Record {sample.letter}
            </a>
            {"isSame" in sample && sample.isSame
              ? <small>nothing changes</small>
              : null}
          </h2>
          {"why" in sample ? <p class="alert">{visible(sample.why)}</p> : (
            <>
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
            </>
          )}
        </div>
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
