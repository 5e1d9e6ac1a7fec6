import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readNotebookFolder } from "../../../shared/notebook/notebook-folder.ts";

describe("notebook folders", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "notebook-folder-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (file: string, content: string) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  };
  const kinds = async () =>
    Object.fromEntries(
      (await readNotebookFolder(folder)).map(({ path: name, format }) => [
        name,
        format.kind === "source" ? format.language : format.kind,
      ]),
    );

  it("reading a notebook folder distinguishes notebooks of all four languages and Jupyter from plain files", async () => {
    await write("etl.py", "# Databricks notebook source\nprint(1)\n");
    await write("windows.py", "\uFEFF# Databricks notebook source\r\nprint(1)\r\n");
    await write("model.scala", "// Databricks notebook source\n");
    await write("sql/report.SQL", "-- Databricks notebook source\nSELECT 1");
    await write("stats.r", "# Databricks notebook source\n");
    await write("explore.ipynb", "{}");
    await write("lib/module.py", "print('no header')\n");
    await write("indented.py", " # Databricks notebook source\n");
    await write("data.csv", "a,b\n");
    assert.deepEqual(await kinds(), {
      "data.csv": "plain",
      "etl.py": "PYTHON",
      "explore.ipynb": "jupyter",
      "indented.py": "plain",
      "lib/module.py": "plain",
      "model.scala": "SCALA",
      "sql/report.SQL": "SQL",
      "stats.r": "R",
      "windows.py": "PYTHON",
    });
  });

  it("reading a notebook folder leaves out the folders of version control and caches", async () => {
    await write(".git/config", "");
    await write("lib/__pycache__/module.pyc", "");
    await write(".ipynb_checkpoints/etl.ipynb", "{}");
    await write("etl.py", "");
    assert.deepEqual(Object.keys(await kinds()), ["etl.py"]);
  });

  it("reading a notebook folder follows a link within the folder, but none that leaves it or leads back to itself", async () => {
    await write("real/etl.py", "");
    await symlink(path.join(folder, "real"), path.join(folder, "again"));
    await symlink("/etc", path.join(folder, "outside"));
    await symlink("/etc/hostname", path.join(folder, "outside.txt"));
    await symlink(folder, path.join(folder, "real", "circle"));
    await symlink(path.join(folder, "absent"), path.join(folder, "broken"));
    assert.deepEqual(Object.keys(await kinds()), ["again/etl.py", "real/etl.py"]);
  });

  it("reading a notebook folder follows no link to a file that it would leave out by the file's own name", async () => {
    await write(".git/config", "extraheader = s3cret");
    await symlink(path.join(".git", "config"), path.join(folder, "config"));
    await symlink(".git", path.join(folder, "git"));
    assert.deepEqual(await readNotebookFolder(folder), []);
  });

  it("reading a notebook folder fails and says so if the notebook folder does not exist", async () => {
    await assert.rejects(
      readNotebookFolder(path.join(folder, "absent")),
      /it does not exist; set notebookFolder/,
    );
    await write("file", "");
    await assert.rejects(readNotebookFolder(path.join(folder, "file")), /it is not a folder/);
  });
});
