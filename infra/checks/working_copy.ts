import { chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repositoryRoot, stackHome } from "#local/home.ts";
import { clearPostgres } from "#local/postgres/place.ts";
import { git, gitFiles } from "./git.ts";

export type WorkingCopy = {
  readonly folder: string;
  remove(): Promise<void>;
};

/**
 * A clone of the repository's HEAD in a temporary folder, brought to the state of the working tree: files
 * that are changed or not committed yet are in it, ignored ones are not.
 */
export async function copyWorkingTree(): Promise<WorkingCopy> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-copy-"));
  const remove = async () => {
    await clearPostgres(stackHome(join(folder, ".eventflow")).postgresData);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // PostgreSQL may run as another user than the one who made the folder.
    await chmod(folder, 0o755);
    await git("clone", "--quiet", repositoryRoot, folder);
    const changed = await gitFiles("diff", "HEAD", "--name-only", "-z");
    const added = await gitFiles("ls-files", "-o", "--exclude-standard", "-z");
    for (const path of [...changed, ...added]) {
      const [from, to] = [join(repositoryRoot, path), join(folder, path)];
      await rm(to, { force: true });
      if (!existsSync(from)) continue;
      await mkdir(dirname(to), { recursive: true });
      await cp(from, to, { recursive: true });
    }
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
