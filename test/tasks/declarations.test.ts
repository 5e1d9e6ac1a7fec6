import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

const root = path.join(import.meta.dirname, "../..");
const tasks = readdirSync(path.join(root, "tasks")).map(readTask);

describe("the tasks' declarations", () => {
  it("gives each task in the repository an id of its own", () => {
    const ids = tasks.map(({ manifest }) => manifest.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("task.json keeps the id with which each task was published, by which pipelines find it", () => {
    const published: Record<string, string> = {
      DatabricksCreateBearerToken: "20c42e10-c427-4775-a7ea-71da45e9416e",
      DatabricksCreateCluster: "2826a716-6842-48ce-b0f5-7a42ac89a426",
      DatabricksDeleteCluster: "d1254037-957b-4efa-bdbb-db850603a5e6",
      DatabricksRenderClusterConfig: "5df506b3-6408-44cc-b3fa-dc8e7e5f5ef2",
      DatabricksRunNotebook: "29391328-b08c-44d8-b384-9f9ea394820c",
      KeyVaultFetchSecrets: "721b997a-6def-4f61-95de-08646f31c8fe",
      NotebookDeployArtifact: "c0a4d1de-58f3-4b0f-8e6c-2a94b7731d65",
      NotebookPublishArtifact: "3f8b6c52-7d0e-4c1b-9a57-61c2d5e0b9f4",
    };
    for (const [name, id] of Object.entries(published))
      assert.equal(tasks.find((task) => task.name === name)?.manifest.id, id, name);
  });

  for (const { name, manifest, code, outputs } of tasks)
    describe(`task.json of ${name}`, () => {
      it(`task.json names the folder ${name}, major version 1 and both Node handlers of the agent`, () => {
        assert.equal(manifest.name, name);
        assert.equal(manifest.version.Major, 1);
        for (const stage of [manifest.execution, manifest.postjobexecution].filter(
          (each) => each !== undefined,
        ))
          assert.deepEqual(Object.keys(stage), ["Node24", "Node20_1"]);
        assert.equal(
          manifest.postjobexecution !== undefined,
          existsSync(path.join(root, "tasks", name, "cleanup.ts")),
        );
      });

      it(`task.json of ${name} keeps the limits of the schema`, () => {
        assert(manifest.friendlyName.length <= 40, manifest.friendlyName);
        for (const input of manifest.inputs) {
          assert.match(input.name, /^[A-Za-z][A-Za-z0-9]*$/);
          assert.match(input.type, /^(boolean|filePath|multiLine|pickList|string|int|connectedService:.+)$/);
          assert(input.helpMarkDown.length > 0, `${input.name} has no help`);
        }
        const groups = (manifest.groups ?? []).map((group) => group.name);
        for (const input of manifest.inputs.filter((each) => each.groupName))
          assert(groups.includes(input.groupName!), `${input.name} is in the group ${input.groupName}`);
      });

      it(`declares the inputs that the code of ${name} reads, and no others`, () => {
        const reads = /(?:\.(?:(?:[a-z]+I|i)nput|connection)\(|\bconnectIdentity\(\w+,)\s*"(\w+)"/g;
        const read = [...code.matchAll(reads)].map((match) => match[1]!);
        assert.deepEqual([...new Set(read)].sort(), manifest.inputs.map((input) => input.name).sort());
      });

      it(`declares folders of ${name} as string, so that the agent does not fill an empty one with the sources folder`, () => {
        const types = new Map(manifest.inputs.map((input) => [input.name, input.type]));
        for (const [, kind, input] of code.matchAll(/\.(path|folder)Input\(\s*"(\w+)"/g))
          assert.equal(types.get(input!), kind === "path" ? "filePath" : "string", input);
      });

      it(`declares the outputs that the code of ${name} sets, and no others`, () => {
        const set = [...code.matchAll(/\boutput\(\s*"(\w+)"/g)].map((match) => match[1]!);
        // The author of a pipeline chooses the names of some variables, by an input or in the key vault.
        const chosen = manifest.inputs.find((input) => input.name === "variableName")?.defaultValue;
        const fixed = outputs
          .map((output) => output.name)
          .filter((output) => output !== chosen && !output.startsWith("<"));
        assert.deepEqual([...new Set(set)].sort(), fixed.sort());
      });

      it(`task.json of ${name} has no outputVariables, for which the agent would hide $(name) from the job`, () => {
        assert.equal(manifest.outputVariables, undefined);
      });

      it(`allows ${name} to set only its outputs if their names are fixed`, () => {
        const chosen = outputs.some((output) => output.name.startsWith("<")) || code.includes("variableName");
        const allowed = manifest.restrictions?.settableVariables?.allowed;
        if (chosen || outputs.length === 0) assert.equal(allowed, undefined);
        else assert.deepEqual([...(allowed ?? [])].sort(), outputs.map((output) => output.name).sort());
      });
    });
});

interface Manifest {
  id: string;
  name: string;
  friendlyName: string;
  version: { Major: number };
  groups?: { name: string }[];
  inputs: { name: string; type: string; helpMarkDown: string; groupName?: string; defaultValue?: string }[];
  outputVariables?: unknown;
  restrictions?: { settableVariables?: { allowed?: string[] } };
  execution: Record<string, unknown>;
  postjobexecution?: Record<string, unknown>;
}

function readTask(name: string) {
  const folder = path.join(root, "tasks", name);
  const json = (file: string) => JSON.parse(readFileSync(path.join(folder, file), "utf8"));
  return {
    name,
    manifest: json("task.json") as Manifest,
    code: codeOf(folder),
    outputs: (existsSync(path.join(folder, "outputs.json")) ? json("outputs.json") : []) as {
      name: string;
    }[],
  };
}

/** All the code that a task's bundles contain: its own, and what it uses of shared/. */
function codeOf(folder: string): string {
  const { outputFiles } = buildSync({
    entryPoints: ["main.ts", "cleanup.ts"].map((file) => path.join(folder, file)).filter(existsSync),
    outdir: "unused",
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  return outputFiles.map((file) => file.text).join("\n");
}
