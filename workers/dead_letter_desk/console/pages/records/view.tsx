/** @jsxImportSource hono/jsx */
import { amountText } from "../../../queries/amount_text.ts";
import type { Person } from "../../../http/tokens.ts";
import type { CauseRow } from "../../../queries/causes.ts";
import type { LetterFilter } from "../../../queries/filter.ts";
import type {
  Counted,
  LetterPage,
  LetterSummary,
} from "../../../queries/letters.ts";
import { COUNTED_TO } from "../../../queries/newer_letters.ts";
import { LIVE_HEADER } from "../../access/guard.tsx";
import { may } from "../../may.ts";
import { Chips } from "../../parts/chips.tsx";
import { CauseExplanation } from "../../parts/explanation.tsx";
import { Data, Empty, State } from "../../parts/data.tsx";
import { queryOf, wordsOf } from "../../parts/filter_words.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";
import { Filters } from "./filters.tsx";

const PATH = "/dead-letters/records";

export function Records(
  { found, counted, filter, after, causes, latest, person }: {
    readonly found: LetterPage;
    readonly counted: Counted;
    readonly filter: LetterFilter;
    readonly after: string | undefined;
    /** To choose from, or the one that is filtered by. */
    readonly causes: readonly CauseRow[];
    /** Of the cause that is filtered by. */
    readonly latest: Parameters<typeof CauseExplanation>[0]["latest"];
    readonly person: Person;
  },
) {
  const { letters, next } = found;
  const [cause] = filter.cause === undefined ? [] : causes;
  const [newest] = letters;
  const total = `${thousands(counted.count)}${counted.isAtLeast ? "+" : ""}`;
  return (
    <>
      <div class="head">
        <h1>
          {cause === undefined ? "Records" : <Data text={cause.message} />}
        </h1>
        <p class="soft">{total} found</p>
      </div>
      <Chips filter={filter} path={PATH} />
      {filter.cause === undefined ? null : (
        <CauseExplanation
          cause={cause?.cause ?? filter.cause}
          latest={latest}
          person={person}
        />
      )}
      <Filters filter={filter} causes={causes} />
      {after !== undefined
        ? (
          <p>
            <a href={`${PATH}${queryOf(filter)}`}>Back to the newest</a>
          </p>
        )
        : newest === undefined
        ? null
        : <Newer query={queryOf(filter)} than={newest.letter} count={0} />}
      {letters.length === 0
        ? (
          <div class="box flush">
            <Empty>
              No dead letter is found
              {wordsOf(filter).length === 0 ? "." : " by this filter."}
            </Empty>
          </div>
        )
        : (
          <form method="get" action="/dead-letters/replay">
            <input type="hidden" name="ticked" value="1" />
            {wordsOf(filter).filter(({ name }) => name !== "letter").map((
              { name, value },
            ) => <input key={name} type="hidden" name={name} value={value} />)}
            <div class="box flush">
              <Table
                caption="Dead letters, the latest first"
                id="rows"
                rows={letters}
                keyOf={({ letter }) => letter}
                opens
                columns={columns(filter, may(person, "dryRun"))}
              />
              <More filter={filter} next={next} />
            </div>
            {may(person, "dryRun")
              ? <Bulk filter={filter} total={total} person={person} />
              : null}
          </form>
        )}
    </>
  );
}

/** That more has come in; the rows stay where they are until somebody asks. */
export function Newer({ query, than, count }: {
  readonly query: string;
  readonly than: string;
  readonly count: number;
}) {
  const many = count > COUNTED_TO ? `${COUNTED_TO}+` : String(count);
  const ask = new URLSearchParams(query);
  ask.set("than", than);
  return (
    <p
      id="newer"
      role="status"
      hx-get={`${PATH}/newer?${ask}`}
      hx-trigger="every 5s"
      hx-swap="outerHTML"
      hx-headers={JSON.stringify({ [LIVE_HEADER]: "1" })}
    >
      {count === 0 ? "" : <a href={`${PATH}${query}`}>{many} new: show</a>}
    </p>
  );
}

function columns(
  filter: LetterFilter,
  canTick: boolean,
): Column<LetterSummary>[] {
  const tick: Column<LetterSummary> = {
    head: "Select",
    isUnnamed: true,
    cell: ({ letter, payment_id }) => (
      <input
        class="tick"
        type="checkbox"
        name="letter"
        value={letter}
        aria-label={`Select record ${letter} of ${
          payment_id ?? "an unknown payment"
        }`}
      />
    ),
  };
  const message: Column<LetterSummary> = {
    head: "Why",
    cell: ({ message, service, provider, account }) => (
      <>
        <Data text={message} />
        <p>
          <small>
            {visible(service)}
            {provider === null ? "" : `, ${visible(provider)}`}
            {account === null ? "" : `/${visible(account)}`}
          </small>
        </p>
      </>
    ),
  };
  return [
    ...canTick ? [tick] : [],
    {
      head: "Record",
      isName: true,
      cell: ({ letter }) => (
        <a href={`/dead-letters/${letter}`} data-open="">{letter}</a>
      ),
    },
    {
      head: "Payment",
      cell: ({ payment_id }) =>
        payment_id === null
          ? <Data text={null} />
          : (
            <a href={`/payments/${encodeURIComponent(payment_id)}`}>
              <Data text={payment_id} />
            </a>
          ),
    },
    ...filter.cause === undefined ? [message] : [],
    {
      head: "Amount",
      isNumber: true,
      cell: ({ amount, currency }) =>
        amount === null ? <Data text={null} /> : (
          <span class="sum">
            {amountText(amount, currency)}{" "}
            <small>{visible(currency ?? "")}</small>
          </span>
        ),
    },
    { head: "Failed", cell: ({ failed_at }) => <Time at={failed_at} /> },
    {
      head: "State",
      cell: ({ state, replay_nth }) => (
        <>
          <State state={state} />
          {replay_nth > 0 ? <small>replay {replay_nth}</small> : null}
        </>
      ),
    },
  ];
}

function More({ filter, next }: {
  readonly filter: LetterFilter;
  readonly next: string | null;
}) {
  return (
    <p class="more" id="more">
      {next === null ? <span class="soft">No older ones.</span> : (
        <a
          class="button"
          href={`${PATH}${queryOf(filter, { after: next })}`}
          hx-get={`${PATH}${queryOf(filter, { after: next })}`}
          hx-select="#rows > tr"
          hx-select-oob="#more"
          hx-target="#rows"
          hx-swap="beforeend"
        >
          50 older
        </a>
      )}
    </p>
  );
}

/** What is ticked, or all that is found, and what can be done with it. */
function Bulk({ filter, total, person }: {
  readonly filter: LetterFilter;
  readonly total: string;
  readonly person: Person;
}) {
  const canAct = may(person, "act");
  return (
    <div class="bulk" role="group" aria-label="With the selected records">
      <label class="check">
        <input type="checkbox" name="all" value="1" />
        Select all {total} found
      </label>
      <div class="buttons">
        <button type="submit" formaction="/dead-letters/dry-run">
          Dry run
        </button>
        {!canAct
          ? null
          : filter.state === "discarded"
          ? (
            <button type="submit" formaction="/dead-letters/restore">
              Restore
            </button>
          )
          : (
            <>
              <button type="submit" formaction="/dead-letters/edit">
                Edit
              </button>
              <button
                type="submit"
                formaction="/dead-letters/discard"
              >
                Discard
              </button>
              <button
                type="submit"
                class="primary"
                formaction="/dead-letters/replay"
              >
                Replay
              </button>
            </>
          )}
      </div>
    </div>
  );
}
