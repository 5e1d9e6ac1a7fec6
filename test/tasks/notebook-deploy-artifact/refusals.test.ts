import assert from "node:assert/strict";
import { appendFile, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { errors } from "../../harness/run-task.ts";
import { DeploymentSite, first, notebook } from "./deployment-site.ts";

describe("NotebookDeployArtifact and what it refuses", function () {
  this.timeout(120_000);

  const sent = (site: DeploymentSite) => site.workspace.requested(/^\/api\/2\.0\//);
  const wrong: [what: string, spoil: (at: string) => Promise<void>, sentence: RegExp][] = [
    [
      "an artifact with a changed byte",
      async (at) => writeFile(path.join(at, "etl.py"), notebook("version = 9")),
      /"etl.py" of the artifact: its content is not what was published/,
    ],
    [
      "an artifact with a longer file",
      async (at) => appendFile(path.join(at, "etl.py"), " "),
      /"etl.py" of the artifact: it is 42 bytes and not/,
    ],
    [
      "an artifact with an additional file",
      async (at) => writeFile(path.join(at, "more.py"), ""),
      /"more.py" of the artifact: its manifest does not list it/,
    ],
    [
      "an artifact that lacks a file",
      async (at) => rm(path.join(at, "etl.py")),
      /"etl.py" of the artifact: its manifest lists it and it is not there/,
    ],
    [
      "an artifact with a link",
      async (at) => {
        await rm(path.join(at, "etl.py"));
        await symlink("/etc/passwd", path.join(at, "etl.py"));
      },
      /it is neither a file nor a folder/,
    ],
    [
      "an artifact whose manifest has a path that leaves the folder",
      async (at) => {
        const file = path.join(at, "notebook-artifact.json");
        await writeFile(file, (await readFile(file, "utf8")).replace('"etl.py"', '"../etl.py"'));
      },
      /its notebook-artifact\.json lists the path "..\/etl.py", which has .* one that leaves the folder/,
    ],
    [
      "an artifact whose manifest has another digest",
      async (at) => {
        const file = path.join(at, "notebook-artifact.json");
        await writeFile(file, (await readFile(file, "utf8")).replace(/sha256:[0-9a-f]{2}/, "sha256:00"));
      },
      /its files give the digest sha256:.* and its manifest says sha256:00/,
    ],
    [
      "an artifact without a manifest",
      async (at) => rm(path.join(at, "notebook-artifact.json")),
      /it has no readable notebook-artifact.json/,
    ],
  ];
  for (const [what, spoil, sentence] of wrong)
    it(`refuses ${what} without a request to the workspace`, async () => {
      await using site = await DeploymentSite.open();
      const source = await site.artifact("1.0.0", first);
      await spoil(source);
      const result = await site.run(source);
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(sent(site), []);
    });

  const inputs: [what: string, inputs: Record<string, string>, sentence: RegExp][] = [
    [
      "a relative workspaceFolder",
      { workspaceFolder: "weather" },
      /^Could not use the input 'workspaceFolder': 'weather' is not an absolute path/,
    ],
    [
      "a workspaceFolder that everybody shares",
      { workspaceFolder: "/Workspace/Shared" },
      /is a folder that many share/,
    ],
    [
      "a workspaceFolder together with a fabricWorkspace",
      { fabricWorkspace: "Weather" },
      /'workspaceFolder' and 'fabricWorkspace' are both given; remove one of them/,
    ],
    [
      "inputs with neither workspaceFolder nor fabricWorkspace",
      { workspaceFolder: "" },
      /'workspaceFolder' and 'fabricWorkspace' are both empty/,
    ],
    [
      "a workspaceFolder that nothing has set",
      { workspaceFolder: "$(Folder)" },
      /'workspaceFolder': it is \$\(Folder\), a variable that nothing has set/,
    ],
    [
      "an environment with a slash",
      { environment: "a/b" },
      /the input 'environment': 'a\/b' is not a valid name/,
    ],
    [
      "a feed together with an artifactFolder",
      { feed: "weather" },
      /'feed' and 'artifactFolder' are both given/,
    ],
    [
      "inputs with neither feed nor artifactFolder",
      { artifactFolder: "" },
      /'feed' and 'artifactFolder' are both empty/,
    ],
    [
      "a packageVersion of two numbers",
      { artifactFolder: "", feed: "weather", packageName: "weather", packageVersion: "1.0" },
      /give it three numbers, 1\.0\.0/,
    ],
    [
      "a feed without a packageVersion",
      { artifactFolder: "", feed: "weather", packageName: "weather" },
      /'packageVersion': it is \$\(ArtifactVersion\), a variable that nothing has set; run the task NotebookPublishArtifact/,
    ],
  ];
  for (const [what, given, sentence] of inputs)
    it(`refuses ${what} without a request to the workspace`, async () => {
      await using site = await DeploymentSite.open();
      const result = await site.run(await site.artifact("1.0.0", first), { inputs: given });
      assert.equal(result.result, "failed");
      assert.match(errors(result)[0]!, sentence);
      assert.deepEqual(sent(site), []);
    });
});
