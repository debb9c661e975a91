/** Each with a table of what was applied. From the repository's root. */
export const migrationFolders = [
  "workers/persistence/migrations",
  "workers/dead_letter_desk/migrations",
];

/** Texts by name of file, in the order in which they are applied. */
type Migrations = ReadonlyMap<string, string>;

/**
 * What a release's migrations have become, each as a sentence that says what to do. A database where they were applied does not
 * apply them again: it would have another schema than one that is made anew.
 */
export function changedMigrations(
  folder: string,
  { released = new Map(), ours = new Map() }: {
    released?: Migrations;
    ours?: Migrations;
  },
): string[] {
  const last = [...released.keys()].at(-1) ?? "";
  const changed = [...released].flatMap(([name, text]) => {
    const path = `${folder}/${name}`;
    if (!ours.has(name)) {
      return [
        `${path} is released, and is not there: bring it back from the release, and undo it by a further migration.`,
      ];
    }
    return ours.get(name) === text ? [] : [
      `${path} is released, and has other bytes than when it was: take it back as it was, and change the schema by a further migration.`,
    ];
  });
  const between = [...ours.keys()].filter((name) =>
    !released.has(name) && name < last
  );
  return [
    ...changed,
    ...between.map((name) =>
      `${folder}/${name} comes before ${last}, which is released and applied: give it a later number.`
    ),
  ];
}
