import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import {
  clearFolder,
  expectedObjects,
  observeObjects,
  putVersion,
  sources,
  target,
} from "./deployed-folder.ts";
import type { PreparedJob, Products, Stage } from "./job.ts";

/** The version that each job deploys; 1.0.0 is the one before. */
export const newVersion = "2.0.0";

export const isDeployed: Stage["isTrue"] = ({ products }) => isWhole(products, newVersion);

/** Deploys 1.0.0 and packs the new newVersion, which the job then deploys over it. */
export async function prepareUpdate(workspace: TestWorkspace, folder: string): Promise<PreparedJob> {
  const [old = "", next = ""] = await Promise.all(
    (["1.0.0", newVersion] as const).map(async (each) => {
      const out = path.join(folder, `artifact-${each}`);
      await packArtifact({
        folder: await writeSources(folder, each),
        out,
        name: "weather",
        version: each,
        source: {},
      });
      return out;
    }),
  );
  await putVersion(workspace, "1.0.0", await readFile(path.join(old, "notebook-artifact.json"), "utf8"));
  return preparedDeployment(workspace, "1.0.0", { artifactFolder: next });
}

/** A deployment of the new version over the one before, if there is one. */
export function preparedDeployment(
  workspace: TestWorkspace,
  before: "1.0.0" | undefined,
  artifact: Record<string, string>,
): PreparedJob {
  return {
    secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
    inputs: () => ({ ...artifact, environment: "production", workspaceFolder: target }),
    observe: () => observeObjects(workspace),
    mayStay: (kind) => kind === "workspaceObjects",
    problems: (products) => wholenessProblems(products, [before, newVersion]),
    clear: () => clearFolder(workspace),
  };
}

/** Writes the files of a version; returns their folder. */
export async function writeSources(folder: string, version: keyof typeof sources): Promise<string> {
  const source = path.join(folder, `source-${version}`);
  for (const [file, text] of Object.entries(sources[version])) {
    await mkdir(path.dirname(path.join(source, file)), { recursive: true });
    await writeFile(path.join(source, file), text);
  }
  return source;
}

function isWhole(
  { feed: _published, ...objects }: Products,
  version: keyof typeof sources | undefined,
): boolean {
  return isDeepStrictEqual(objects, expectedObjects(version));
}

/** A truth of a stage: one of these versions is deployed, whole and with nothing beside it. */
export function isOneOf(...versions: (keyof typeof sources | undefined)[]): Stage["isTrue"] {
  return ({ products }) => versions.some((each) => isWhole(products, each));
}

export function wholenessProblems(
  products: Products,
  versions: readonly (keyof typeof sources | undefined)[],
): string[] {
  if (versions.some((each) => isWhole(products, each))) return [];
  const allowed = versions.map((each) => each ?? "nothing").join(" nor ");
  return [`the folder has neither ${allowed}, whole and with nothing beside it: ${JSON.stringify(products)}`];
}
