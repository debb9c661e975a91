/** What a person is told about adopting, in whole sentences. @module */
import type { Adoption } from "./adopt.ts";
import type { Survey } from "./survey.ts";

const figure = (count: number) => count.toLocaleString("en");
const rows = (count: number) =>
  `${figure(count)} ${count === 1 ? "row" : "rows"}`;

/** @param user whom the survey was made as */
export function printedSurvey(
  survey: Survey,
  { place, user, owner }: { place: string; user: string; owner: string },
): string {
  const { unreadable, connected, dependents } = survey;
  const lines = [
    `Database ${place} has the table events of the earlier service, of user ${owner}: ${
      rows(survey.rows)
    }.`,
    "",
    columns(figure(survey.adoptable), "can be adopted"),
    ...survey.notAdoptable.map(({ code, count, examples }) =>
      columns(
        figure(count),
        `cannot be: ${code}, such as ${
          examples.map((id) => JSON.stringify(id)).join(", ")
        }`,
      )
    ),
    ...unreadable === 0 ? [] : [columns(
      figure(unreadable),
      `cannot be looked at: user ${user} may not read their large objects`,
    )],
    "",
    "With --adopt the table is put away as earlier_events, where each row and its large object stay as they are.",
    "EventFlow's table takes its place and gets a row of each that can be adopted; the others are listed, with why",
    "and what they have, in earlier_events_not_adopted. It may be ended at any point, and goes on there.",
    ...dependents.length === 0 ? [] : [
      `These go on with the table that is put away: ${dependents.join(", ")}.`,
    ],
  ];
  const before = [
    ...unreadable === 0
      ? []
      : ["log in as the earlier service's user, or as a superuser"],
    ...connected.length === 0
      ? []
      : [`stop the earlier service (${connected.join("; ")})`],
  ];
  return [
    ...lines,
    "",
    before.length === 0
      ? "Nothing was changed. To adopt: deno task migrate --adopt"
      : `Nothing was changed. Before --adopt, ${before.join(", and ")}.`,
  ].join("\n");
}

export function printedProgress(
  { rowCount, adopted, storedBefore, notAdopted }: Adoption,
): string {
  const looked = adopted + storedBefore + notAdopted;
  return `${figure(looked)} of ${rows(rowCount)}: ${figure(adopted)} adopted${
    storedBefore > 0 ? `, ${figure(storedBefore)} had a row already` : ""
  }${notAdopted > 0 ? `, ${figure(notAdopted)} not adopted` : ""}`;
}

export function printedAdoption(adoption: Adoption): string {
  const { isFinished, notAdopted } = adoption;
  if (!isFinished) {
    return `Adopting the earlier table is not finished (${
      printedProgress(adoption)
    }): run \`deno task migrate --adopt\`, which goes on there.`;
  }
  return `The earlier table is adopted: ${printedProgress(adoption)}.${
    notAdopted === 0
      ? ""
      : " Those stand in earlier_events_not_adopted, with the reason; once one is mended in earlier_events, `deno task migrate --adopt` looks at it again."
  }`;
}

function columns(count: string, what: string): string {
  return `  ${count.padStart(12)}  ${what}`;
}
