import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

interface Manifest {
  version: string;
  description: string;
  tags: string[];
  content: Record<"details" | "license", { path: string }>;
  scopes: string[];
  files: { path: string; addressable?: boolean }[];
  contributions: { type: string; properties: { name: string; uri?: string; supportsTasks?: string[] } }[];
}
interface TaskManifest {
  id: string;
  name: string;
  [stage: string]: unknown;
}

describe("the packed extension", () => {
  let folder: string;
  let vsix: string;
  let files: string[];
  let manifest: Manifest;

  const text = (file: string) => readFile(path.join(folder, file), "utf8");
  const taskFolders = () =>
    manifest.contributions
      .filter(({ type }) => type === "ms.vss-distributed-task.task")
      .map(({ properties }) => properties.name);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "vsix-"));
    manifest = JSON.parse(await readFile(path.join(root, "vss-extension.json"), "utf8"));
    vsix = path.join(root, "dist", `notebook-ops-${manifest.version}.vsix`);
    await run(process.execPath, [path.join(root, "scripts", "package.mjs")], { cwd: root });
    await run(path.join(root, ".venv", "bin", "python"), ["-m", "zipfile", "--extract", vsix, folder]);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("the packed extension is smaller than 8 MB", async () => {
    assert.ok((await stat(vsix)).size < 8_000_000);
  });

  it("the packed extension contributes every task of the repository", async () => {
    const tasks = (await readdir(path.join(root, "tasks"))).filter((name) =>
      existsSync(path.join(root, "tasks", name, "task.json")),
    );
    assert.deepEqual(
      taskFolders().toSorted(),
      tasks.map((name) => `tasks/${name}`),
    );
  });

  it("the packed extension contains each task's manifest, icon and a bundle for each of its handlers", async () => {
    for (const task of taskFolders()) {
      const declared: TaskManifest = JSON.parse(await text(`${task}/task.json`));
      const targets = ["prejobexecution", "execution", "postjobexecution"].flatMap((stage) =>
        Object.values((declared[stage] ?? {}) as Record<string, { target: string }>).map(
          ({ target }) => target,
        ),
      );
      assert.ok(targets.length > 0, `${task} has nothing to run`);
      for (const file of ["icon.png", ...targets])
        assert.ok(files.includes(path.join(task, file)), `${task} lacks ${file}`);
    }
  });

  it("the packed extension gives each task an id of its own", async () => {
    const ids = await Promise.all(
      taskFolders().map(async (task) => (JSON.parse(await text(`${task}/task.json`)) as TaskManifest).id),
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  describe("its tab of a run's page", () => {
    const tab = () =>
      manifest.contributions.find(({ type }) => type === "ms.vss-build-web.build-results-tab")!.properties;

    it("the packed extension shows the results tab for the tasks that attach a test status", async () => {
      const running = taskFolders().filter((name) => {
        const outputs = path.join(root, name, "outputs.json");
        return existsSync(outputs) && /"(ResultsFile|StatusRecord)"/.test(readFileSync(outputs, "utf8"));
      });
      const ids = await Promise.all(
        running.map(async (task) => (JSON.parse(await text(`${task}/task.json`)) as TaskManifest).id),
      );
      assert.deepEqual(tab().supportsTasks!.toSorted(), ids.toSorted());
    });

    it("the packed extension contains the results tab as a page, a script and a style sheet that Azure DevOps can serve", async () => {
      assert.ok(manifest.files.some((each) => each.path === "results-tab" && each.addressable));
      assert.deepEqual(
        files.filter((file) => file.startsWith("results-tab")).toSorted(),
        ["index.html", "results-tab.css", "results-tab.js"].map((name) => path.join("results-tab", name)),
      );
      const page = await text(tab().uri!);
      assert.match(page, /<script src="results-tab\.js"><\/script>/);
      assert.doesNotMatch(page, /<script(?! src=)|<style|\son\w+=/);
    });

    it("the packed extension bundles the results tab with the production build of React in less than 450 kB", async () => {
      const script = await text(path.join("results-tab", "results-tab.js"));
      assert.ok(script.length < 450_000, `it has ${script.length} characters`);
      assert.doesNotMatch(script, /react-dom-client\.development/);
    });

    it("the packed extension's tab has the permission to read builds and no other", () => {
      assert.deepEqual(manifest.scopes, ["vso.build"]);
    });
  });

  it("the packed extension contains the licence and the overview that its manifest names", () => {
    assert.ok(files.includes(manifest.content.details.path));
    assert.ok(files.includes(manifest.content.license.path));
  });

  it("the packed extension has no link in an overview that leads out of the package or to no heading", async () => {
    for (const file of files.filter((name) => name.endsWith(".md"))) {
      const content = (await text(file)).replaceAll(/^```.*?^```/gms, "");
      const headings = [...content.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        title!
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      for (const [, link] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https:\/\//.test(link!)) continue;
        const [target, heading] = link!.split("#");
        if (target) assert.ok(files.includes(path.join(path.dirname(file), target)), `${file}: ${link}`);
        else assert.ok(headings.includes(heading!), `${file}: ${link}`);
      }
    }
  });

  it("the packed extension promises only what it contains", async () => {
    const names = taskFolders().map((name) => path.basename(name));
    const overview = await text(manifest.content.details.path);
    for (const promised of [...overview.matchAll(/\b((?:KeyVault|Databricks|Notebook|Fabric)[A-Z]\w+)/g)].map(
      ([name]) => name,
    ))
      assert.ok(names.includes(promised), promised);
    for (const name of names) assert.ok(overview.includes(name), name);
    const listing = [manifest.description, ...manifest.tags, overview].join("\n");
    if (!names.some((name) => name.startsWith("Fabric"))) assert.doesNotMatch(listing, /Fabric/);
    if (!names.includes("NotebookCheckTestStatus")) assert.doesNotMatch(listing, /\bgates?\b/i);
  });

  it("the packed extension contains no sources, packages or keys", () => {
    const unwanted = /(^|\/)node_modules\/|\.(ts|map|tsbuildinfo|pem|key|env|npmrc)$|(^|\/)\./;
    assert.deepEqual(
      files.filter((file) => unwanted.test(file) && file !== path.join("_rels", ".rels")),
      [],
    );
  });

  it("the packed extension contains no path of the machine that packed it", async () => {
    for (const file of files.filter((name) => /\.(js|json|md)$/.test(name)))
      assert.ok(!(await text(file)).includes(root), `${file} names ${root}`);
  });
});
