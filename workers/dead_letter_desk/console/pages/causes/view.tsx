/** @jsxImportSource hono/jsx */
import type { Person } from "../../../http/tokens.ts";
import type { CauseRow } from "../../../queries/causes.ts";
import { type LetterFilter, letterStates } from "../../../queries/filter.ts";
import { may } from "../../may.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data, Empty, Money, State } from "../../parts/data.tsx";
import { Chips } from "../../parts/chips.tsx";
import { queryOf } from "../../parts/filter_words.ts";
import { Sparkline } from "../../parts/sparkline.tsx";
import { Table } from "../../parts/table.tsx";
import { thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";

type Props = {
  readonly causes: readonly CauseRow[];
  readonly filter: LetterFilter;
  readonly person: Person;
};

export function Causes({ causes, filter, person }: Props) {
  const { state = "open" } = filter;
  return (
    <>
      <div class="head">
        <h1>Causes of dead letters</h1>
        <a href={`/dead-letters/records${queryOf(filter)}`}>All records</a>
      </div>
      <nav aria-label="States">
        <ul class="chips plain">
          {letterStates.map((one) => (
            <li key={one}>
              <a
                class="word"
                href={`/dead-letters${queryOf({ ...filter, state: one })}`}
                aria-current={one === state ? "true" : undefined}
              >
                {one.replaceAll("_", " ")}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Chips filter={filter} path="/dead-letters" />
      <div class="box flush">
        {causes.length === 0
          ? <NoCauses state={state} />
          : <Rows causes={causes} filter={filter} person={person} />}
      </div>
    </>
  );
}

function NoCauses({ state }: { readonly state: string }) {
  return (
    <Empty>
      {state === "open"
        ? "Nothing failed that is still open."
        : `No dead letter is ${state.replaceAll("_", " ")}.`}
    </Empty>
  );
}

function Rows({ causes, filter, person }: Props) {
  return (
    <Table
      caption="Causes, those with the most dead letters first"
      rows={causes}
      keyOf={({ cause }) => cause}
      opens
      columns={[
        {
          head: "Cause",
          isName: true,
          cell: (row) => <Cause row={row} filter={filter} person={person} />,
        },
        { head: "Service", cell: ({ service }) => visible(service) },
        {
          head: "Count",
          isNumber: true,
          cell: ({ count }) => thousands(count),
        },
        {
          head: "Last 24 h",
          cell: ({ hours }) => <Sparkline hours={hours} />,
        },
        {
          head: "Amounts",
          isNumber: true,
          cell: ({ amounts }) => <Money amounts={amounts} />,
        },
        {
          head: "First seen",
          cell: ({ first_seen }) => <Time at={first_seen} />,
        },
        { head: "Last seen", cell: ({ last_seen }) => <Time at={last_seen} /> },
        { head: "States", cell: (row) => <States row={row} /> },
      ]}
    />
  );
}

function Cause({ row, filter, person }: {
  readonly row: CauseRow;
  readonly filter: LetterFilter;
  readonly person: Person;
}) {
  const { cause, message, code, provider, note, acknowledged_by } = row;
  const its = queryOf({ ...filter, cause });
  const isOpen = (filter.state ?? "open") === "open";
  return (
    <>
      <a href={`/dead-letters/records${its}`} data-open="">
        <Data text={message} />
      </a>
      <p>
        <small>
          {visible(code)}
          {provider === null ? "" : ` · ${visible(provider)}`}
          {acknowledged_by === null
            ? ""
            : ` · seen by ${visible(acknowledged_by)}`}
        </small>
      </p>
      {note === null ? null : (
        <p>
          <small>
            Note: <Data text={note} />
          </small>
        </p>
      )}
      <div class="row-actions">
        {may(person, "explain") && isOpen
          ? <a href={`/dead-letters/records${its}#explanation`}>Explain</a>
          : null}
        {may(person, "dryRun") && isOpen
          ? <a href={`/dead-letters/dry-run${its}`}>Dry run</a>
          : null}
        {may(person, "act") && isOpen
          ? (
            <>
              <a href={`/dead-letters/replay${its}`} data-key="replay">
                Replay
              </a>
              <a href={`/dead-letters/edit${its}`} data-key="edit">Edit</a>
              <a href={`/dead-letters/discard${its}`}>Discard</a>
            </>
          )
          : null}
        {may(person, "act") && filter.state === "discarded"
          ? <a href={`/dead-letters/restore${its}`}>Restore</a>
          : null}
        {may(person, "act") ? <Remarks row={row} /> : null}
      </div>
    </>
  );
}

function Remarks({ row: { cause, acknowledged_by } }: {
  readonly row: CauseRow;
}) {
  return (
    <details>
      <summary>Remark</summary>
      <Form action={`/dead-letters/causes/${cause}/note`}>
        <label for={`note-${cause}`}>Note</label>
        <input id={`note-${cause}`} name="text" maxlength={2_000} required />
        <button type="submit">Write down</button>
      </Form>
      {acknowledged_by !== null
        ? null
        : (
          <Form action={`/dead-letters/causes/${cause}/acknowledge`}>
            <button type="submit">Acknowledge: I have seen it</button>
          </Form>
        )}
    </details>
  );
}

function States({ row: { cause, states } }: { readonly row: CauseRow }) {
  return (
    <>
      {Object.entries(states).filter(([_, count]) => count > 0).map((
        [state, count],
      ) => (
        <p key={state}>
          <a
            class="word"
            href={`/dead-letters/records${
              queryOf({
                cause,
                state: letterStates.find((one) => one === state),
              })
            }`}
          >
            <State state={state} /> {thousands(count)}
          </a>
        </p>
      ))}
    </>
  );
}
