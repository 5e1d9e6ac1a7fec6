import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packArtifact } from "../../shared/notebook/artifact/pack.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import {
  clearNotebooks,
  codes,
  expectedNotebooks,
  observeNotebooks,
  putNotebooks,
  sourceOf,
} from "./deployed-notebooks.ts";
import type { PreparedJob, Products } from "./job.ts";

type Version = keyof typeof codes;

/** Whether exactly that version is deployed in Fabric, with nothing beside it. */
export function isWholeInFabric(products: Products, version: Version): boolean {
  return isDeepStrictEqual(products, expectedNotebooks(version));
}

/** Deploys 1.0.0 to Fabric and packs 2.0.0, which the job then deploys over it. @param allowed what may be deployed at the end */
export async function prepareFabricUpdate(
  workspace: TestWorkspace,
  folder: string,
  allowed: readonly Version[],
): Promise<PreparedJob> {
  const [old = "", next = ""] = await Promise.all(
    (["1.0.0", "2.0.0"] as const).map((version) => pack(folder, version)),
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
      allowed.some((version) => isWholeInFabric(products, version))
        ? []
        : [
            `the workspace has neither ${allowed.join(" nor ")}, whole and with nothing beside it: ${JSON.stringify(products)}`,
          ],
    clear: () => clearNotebooks(workspace),
  };
}

async function pack(folder: string, version: Version): Promise<string> {
  const source = path.join(folder, `source-${version}`);
  await mkdir(source, { recursive: true });
  for (const [file, code] of Object.entries(codes[version]))
    await writeFile(path.join(source, file), sourceOf(code));
  const out = path.join(folder, `artifact-${version}`);
  await packArtifact({ folder: source, out, name: "weather", version, source: {} });
  return out;
}
