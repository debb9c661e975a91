/** @jsxImportSource hono/jsx */
import { JobOptions } from "#contracts/desk_action.ts";
import { DeskRefusal } from "../../refusal.ts";

/** How a plan sends, and why; as somebody has typed it, if they have. */
export function PlanFields({ form }: { readonly form: URLSearchParams }) {
  return (
    <>
      <label for="reason">Why (kept with the job)</label>
      <textarea id="reason" name="reason" maxlength={2_000}>
        {form.get("reason") ?? ""}
      </textarea>
      <label for="rate">At most so many records a second</label>
      <input
        id="rate"
        name="rate"
        type="number"
        min={1}
        value={form.get("rate") ?? ""}
        placeholder="no limit"
      />
      <label for="stop_above">
        Stop if more than this share of the sent fails again, in percent
      </label>
      <input
        id="stop_above"
        name="stop_above"
        type="number"
        min={0}
        max={100}
        value={form.get("stop_above") ?? "10"}
      />
      <label class="check">
        <input
          type="checkbox"
          name="out_of_order"
          value="1"
          checked={form.get("out_of_order") === "1"}
        />
        Send even if earlier dead letters of the same payments stay behind. That
        this was forced is written down.
      </label>
      <p class="hint">
        It goes in steps of 1, 10, 100, 1,000 and the rest, and waits for
        outcomes between them. Nothing is sent until the job is run.
      </p>
    </>
  );
}

/** @throws {DeskRefusal} if a number is none */
export function planIn(form: URLSearchParams): {
  readonly reason: string | null;
  readonly options: Partial<JobOptions>;
} {
  const rate = form.get("rate")?.trim() ?? "";
  const percent = form.get("stop_above")?.trim() ?? "";
  const options = JobOptions.partial().safeParse({
    rate: rate === "" ? null : Number(rate),
    ...percent === "" ? {} : { stop_above: Number(percent) / 100 },
    out_of_order: form.get("out_of_order") === "1",
  });
  if (!options.success) {
    throw new DeskRefusal(
      422,
      "The rate must be a whole number from 1, the share a number from 0 to 100.",
    );
  }
  return { reason: reasonIn(form), options: options.data };
}

const MOST_CHARACTERS = 2_000;

/**
 * Why somebody does something; null if they do not say.
 *
 * @throws {DeskRefusal} if they say more than is kept
 */
export function reasonIn(
  form: URLSearchParams,
  name = "reason",
): string | null {
  const reason = form.get(name)?.trim() ?? "";
  if (reason.length > MOST_CHARACTERS) {
    throw new DeskRefusal(
      422,
      `Say it in ${MOST_CHARACTERS} characters: it has ${reason.length}.`,
    );
  }
  return reason === "" ? null : reason;
}

/** @throws {DeskRefusal} if they do not say why */
export function neededReasonIn(form: URLSearchParams): string {
  const reason = reasonIn(form);
  if (reason === null) throw new DeskRefusal(422, "Say why.");
  return reason;
}
