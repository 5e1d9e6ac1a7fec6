import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packArtifact } from "../../../shared/notebook/artifact/pack.ts";
import {
  clearNotebooks,
  codes,
  expectedNotebooks,
  observeNotebooks,
  putNotebooks,
  sourceOf,
} from "../deployed-notebooks.ts";
import { type Job, type Products, postJobOf } from "../job.ts";

const create = "POST /v1/workspaces/{workspaceId}/items";
const update = "POST /v1/workspaces/{workspaceId}/items/{itemId}/updateDefinition";
const remove = "DELETE /v1/workspaces/{workspaceId}/items/{itemId}";

const isWhole = (products: Products, version: keyof typeof codes) =>
  isDeepStrictEqual(products, expectedNotebooks(version));

/** Deploys a version to Fabric over the one before. */
export const job: Job = {
  name: "fabric-update",
  workspace: { fabric: { retryAfterSeconds: 0 } },
  effects: [create, update, remove],
  slice: [],
  stages: [
    {
      name: "NotebookDeployArtifact",
      task: "NotebookDeployArtifact",
      isTrue: ({ products }) => isWhole(products, "2.0.0"),
    },
    {
      ...postJobOf("NotebookDeployArtifact"),
      isTrue: ({ products }) => isWhole(products, "1.0.0") || isWhole(products, "2.0.0"),
    },
  ],
  async prepare(workspace, folder) {
    const [old = "", next = ""] = await Promise.all(
      (["1.0.0", "2.0.0"] as const).map(async (version) => {
        const source = path.join(folder, `source-${version}`);
        await mkdir(source, { recursive: true });
        for (const [file, code] of Object.entries(codes[version]))
          await writeFile(path.join(source, file), sourceOf(code));
        const out = path.join(folder, `artifact-${version}`);
        await packArtifact({ folder: source, out, name: "weather", version, source: {} });
        return out;
      }),
    );
    await putNotebooks(workspace, "1.0.0", await readFile(path.join(old, "notebook-artifact.json"), "utf8"));
    return {
      inputs: () => ({
        artifactFolder: next,
        environment: "production",
        fabricWorkspace: "local",
        fabricConnection: "azure",
      }),
      observe: () => observeNotebooks(workspace),
      mayStay: (kind) => kind === "fabricItems",
      problems: (products) =>
        isWhole(products, "1.0.0") || isWhole(products, "2.0.0")
          ? []
          : [
              `the workspace has neither 1.0.0 nor 2.0.0, whole and with nothing beside it: ${JSON.stringify(products)}`,
            ],
      clear: () => clearNotebooks(workspace),
    };
  },
};
