import assert from "node:assert/strict";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test, type TestContext } from "node:test";
import { findPrograms } from "./programs.ts";

/** An apt-get that writes down what it was told, and brings a package. */
const bringing = `echo "$@" >> "$HERE/told"
case "$*" in *download*) echo > package.deb;; esac`;

/** A dpkg-deb that unpacks what the package is said to hold. */
const unpacking = `mkdir -p "$3/usr/bin"
for name in server tool; do
  printf '#!/bin/sh\\n' > "$3/usr/bin/$name"
  chmod +x "$3/usr/bin/$name"
done`;

test("programs on the path are taken from there, and nothing is fetched", async (t) => {
  const it = await setUp(t);
  await it.program("other", "tool");
  await it.program("path", "server");
  await it.program("path", "tool");
  await it.program("path", "apt-get", bringing);
  await it.program("path", "dpkg-deb", unpacking);
  assert.deepEqual(await it.find(), {
    server: join(it.root, "path", "server"),
    tool: join(it.root, "other", "tool"),
  });
  assert.deepEqual(it.said, []);
});

test("programs that are not on the path come from the package, and are fetched once", async (t) => {
  const it = await setUp(t);
  await it.program("path", "apt-get", bringing);
  await it.program("path", "dpkg-deb", unpacking);
  const unpacked = {
    server: join(it.root, "programs", "usr/bin/server"),
    tool: join(it.root, "programs", "usr/bin/tool"),
  };
  assert.deepEqual(await it.find(), unpacked);
  assert.deepEqual(await it.find(), unpacked);
  const told = (await readFile(join(it.root, "told"), "utf8")).trim();
  assert.match(told, /^\S.*download the-package$/, "one line");
  assert.match(it.said[0] ?? "", /^Fetching Debian's package the-package/);
  assert.equal(it.said.length, 2);
});

test("a machine without package lists gets lists of its own", async (t) => {
  const it = await setUp(t);
  await it.program(
    "path",
    "apt-get",
    `case "$*" in
  *Dir::State::Lists=*update) echo > "$HERE/updated";;
  *Dir::State::Lists=*download*) test -e "$HERE/updated" && echo > package.deb;;
  *) echo "E: Unable to locate package" >&2; exit 100;;
esac`,
  );
  await it.program("path", "dpkg-deb", unpacking);
  assert.ok("server" in await it.find());
});

test("without apt-get what is missing is said", async (t) => {
  const it = await setUp(t);
  await it.program("path", "server");
  assert.deepEqual(await it.find(), { missing: "Install it." });
});

test("a fetch that fails says why, and leaves nothing behind", async (t) => {
  const it = await setUp(t);
  await it.program(
    "path",
    "apt-get",
    `echo "W: of no matter" >&2; echo "E: No such host" >&2; exit 100`,
  );
  await it.program("path", "dpkg-deb", unpacking);
  const aptGet = join(it.root, "path", "apt-get");
  assert.deepEqual(await it.find(), {
    missing: `Install it. ${aptGet} failed: No such host.`,
  });
  assert.deepEqual(await readdir(it.root), ["path"]);
});

test("a package whose programs do not run here is not kept", async (t) => {
  const it = await setUp(t);
  await it.program("path", "apt-get", bringing);
  await it.program(
    "path",
    "dpkg-deb",
    unpacking.replace("#!/bin/sh", "#!/bin/sh\\nexit 126"),
  );
  const found = await it.find();
  assert.match(
    "missing" in found ? found.missing : "",
    /usr\/bin\/server failed/,
  );
  assert.deepEqual((await readdir(it.root)).sort(), ["path", "told"]);
});

async function setUp(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "eventflow-programs-"));
  t.after(() => rm(root, { recursive: true }));
  const said: string[] = [];
  return {
    root,
    said,
    /** Puts a program into a folder of the path. */
    async program(folder: string, name: string, script = "") {
      const file = join(root, folder, name);
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(file, `#!/bin/sh\nHERE="${root}"\n${script}\n`);
      await chmod(file, 0o755);
    },
    find: () =>
      findPrograms(
        {
          debianPackage: "the-package",
          programs: { server: ["server", "the-server"], tool: ["tool"] },
          folder: join(root, "programs"),
          missing: "Install it.",
        },
        (line) => said.push(line),
        [join(root, "other"), join(root, "path")].join(delimiter),
      ),
  };
}
