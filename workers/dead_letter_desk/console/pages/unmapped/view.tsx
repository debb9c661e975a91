/** @jsxImportSource hono/jsx */
import {
  webhookFamilies,
  type WebhookFamily,
} from "#contracts/unmapped_webhook.ts";
import type { Person } from "../../../http/tokens.ts";
import type {
  UnmappedFilter,
  UnmappedKind,
} from "../../../queries/unmapped.ts";
import { may } from "../../may.ts";
import { Data, Empty } from "../../parts/data.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { counted, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";
import { unmappedQuery } from "../../parts/unmapped_words.ts";

export function Unmapped({ kinds, filter, person }: {
  readonly kinds: readonly UnmappedKind[];
  readonly filter: UnmappedFilter;
  readonly person: Person;
}) {
  const sum = (of: "open" | "gone") =>
    kinds.reduce((all, kind) => all + kind[of], 0);
  const isFiltered = unmappedQuery(filter) !== "";
  return (
    <>
      <div class="head">
        <h1>Unmapped webhooks</h1>
        <p class="soft">
          {counted(sum("open"), "webhook")}{" "}
          {sum("open") === 1 ? "waits" : "wait"} for a mapping
        </p>
      </div>
      {sum("gone") === 0 ? null : (
        <p class="warning" role="note">
          Of {thousands(sum("gone"))}{" "}
          more the raw record is not kept any more: they cannot be sent again.
        </p>
      )}
      {isFiltered
        ? (
          <p>
            <a href="/unmapped">Of all providers</a>
          </p>
        )
        : null}
      <div class="box flush">
        {kinds.length === 0
          ? <Empty>Every webhook had a mapping.</Empty>
          : (
            <Table
              caption="Webhooks that no mapping knew; those of which most wait first"
              rows={kinds}
              keyOf={({ provider, account, type, family }) =>
                `${provider} ${account} ${type} ${family}`}
              columns={columns(person)}
            />
          )}
      </div>
      {sum("open") === 0 || !may(person, "dryRun") ? null : (
        <p class="buttons">
          <a class="button" href={`/unmapped/replay${unmappedQuery(filter)}`}>
            Dry run or replay all of them
          </a>
        </p>
      )}
    </>
  );
}

function columns(person: Person): Column<UnmappedKind>[] {
  const number = (
    head: string,
    of: "open" | "sent" | "mapped" | "dead",
  ): Column<UnmappedKind> => ({
    head,
    isNumber: true,
    cell: (kind) => thousands(kind[of]),
  });
  return [
    {
      head: "Type",
      isName: true,
      cell: (kind) => (
        <>
          {kind.open > 0 && may(person, "dryRun")
            ? (
              <a href={`/unmapped/replay${unmappedQuery(filterOf(kind))}`}>
                <Data text={kind.type} />
              </a>
            )
            : <Data text={kind.type} />}
          <p>
            <small>{visible(kind.family)}</small>
          </p>
        </>
      ),
    },
    {
      head: "Provider",
      cell: ({ provider }) => (
        <a href={`/unmapped${unmappedQuery({ provider })}`}>
          <Data text={provider} />
        </a>
      ),
    },
    {
      head: "Account",
      cell: ({ provider, account }) => (
        <a href={`/unmapped${unmappedQuery({ provider, account })}`}>
          <Data text={account} />
        </a>
      ),
    },
    number("Wait", "open"),
    number("Sent", "sent"),
    number("Mapped", "mapped"),
    number("Dead", "dead"),
    { head: "Since", cell: ({ first_seen }) => <Time at={first_seen} /> },
    { head: "Last seen", cell: ({ last_seen }) => <Time at={last_seen} /> },
  ];
}

/** What says no type is found by its family. */
function filterOf(
  { provider, account, type, family }: UnmappedKind,
): UnmappedFilter {
  const what = type === "" ? { family: familyOf(family) } : { type };
  return { provider, account, ...what };
}

function familyOf(text: string): WebhookFamily | undefined {
  return webhookFamilies.find((one) => one === text);
}
