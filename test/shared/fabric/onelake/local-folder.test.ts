import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import ignore from "ignore";
import { readLocalFolder } from "../../../../shared/fabric/onelake/local-folder.ts";

describe("the local folder of a sync with OneLake", () => {
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), "sync-"));
    folder = path.join(parent, "project");
    await mkdir(folder);
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const write = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), name);
    }
  };
  const read = async (...exclude: string[]) => {
    const { files, leftOut } = await readLocalFolder(folder, ignore({ ignorecase: false }).add(exclude));
    return { files: files.map((file) => file.path), leftOut };
  };

  it("excludes files and folders by the rules of gitignore", async () => {
    await write("a.py", "a.pyc", "Build/x", "build/x", "src/build/y", "docs/build.md", ".git/HEAD");
    const { files } = await read("*.pyc", "build/", "/docs/*", "!/docs/keep.md", ".git");
    assert.deepEqual(files, ["Build/x", "a.py"]);
  });

  it("copies what a link inside the folder points to, and leaves out all other links", async function () {
    if (process.platform === "win32") this.skip();
    await write("src/a.py");
    await writeFile(path.join(parent, "secret"), "");
    await symlink("src/a.py", path.join(folder, "link.py"));
    await symlink("src", path.join(folder, "linked"));
    await symlink("../../secret", path.join(folder, "src/out"));
    await symlink("nowhere", path.join(folder, "broken"));
    await symlink("..", path.join(folder, "src/up"));
    await symlink("/etc", path.join(folder, "excluded"));
    const { files, leftOut } = await read("excluded");
    assert.deepEqual(files, ["link.py", "linked/a.py", "src/a.py"]);
    assert.deepEqual(leftOut.map((each) => `${each.path}: ${each.reason}`).sort(), [
      "broken: the link is broken",
      "linked/out: the link points outside the folder",
      "linked/up: the link points to a folder that contains it",
      "src/out: the link points outside the folder",
      "src/up: the link points to a folder that contains it",
    ]);
  });

  for (const [name, problem] of [
    ["a\\b", "has a backslash, which OneLake takes for a slash"],
    ["a\nb", "has a control character"],
    ["dot.", "has a part that ends with a dot"],
  ] as const)
    it(`refuses a name that OneLake cannot have: it ${problem}`, async function () {
      if (process.platform === "win32") this.skip();
      await write(`src/${name}`);
      await assert.rejects(read(), ({ message }: Error) =>
        message.endsWith(`to OneLake: the path ${problem}; rename the file or exclude it.`),
      );
      assert.deepEqual((await read("src/")).files, []);
    });

  it("says that there is no such folder", async () => {
    await assert.rejects(
      readLocalFolder(path.join(folder, "none"), ignore()),
      /^Error: Could not read .*none: it does not exist; check the path\.$/,
    );
  });

  it("says which folder cannot be read", async function () {
    if (process.platform === "win32" || process.getuid?.() === 0) this.skip();
    await write("closed/a");
    await chmod(path.join(folder, "closed"), 0);
    await assert.rejects(read(), /Could not read .*closed: this user may not read it; /);
    await chmod(path.join(folder, "closed"), 0o700);
  });
});
