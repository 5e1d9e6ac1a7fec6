import assert from "node:assert/strict";
import type { StageResult } from "../../../local/agent/step-session.ts";
import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

/** A notebook in Fabric's source form. @param cells the first one is the parameters cell if it begins with `# parameters` */
export function fabricSource(...cells: string[]): string {
  const blocks = cells.map((cell) => {
    const heading = cell.startsWith("# parameters") ? "PARAMETERS CELL" : "CELL";
    return `# ${heading} ********************\n\n${cell}\n`;
  });
  const metadata =
    '# METADATA ********************\n\n# META {\n# META   "kernel_info": {\n# META     "name": "synapse_pyspark"\n# META   }\n# META }\n';
  return `# Fabric notebook source\n\n${metadata}\n${blocks.join("\n")}`;
}

export const exits = (value: string) => fabricSource(`notebookutils.notebook.exit(${value})`);

/** FabricRunNotebook as a step, with notebooks by path and the workspace as `config` says. */
export function runNotebooks(
  notebooks: Record<string, string>,
  { fabric, ...options }: TaskFixtureOptions & { fabric?: WorkspaceConfig["fabric"] } = {},
): Promise<TaskFixture> {
  return taskFixture("FabricRunNotebook", {
    notebooks,
    ...options,
    workspace: { ...options.workspace, ...(fabric ? { fabric } : {}) },
  });
}

/** What the step left in Fabric. */
export function leftInFabric(step: TaskFixture): { items: string[]; runs: string[]; files: string[] } {
  const { fabricItems, fabricRuns, oneLakeFiles } = step.ledger();
  const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name);
  return { items: names(fabricItems), runs: names(fabricRuns), files: names(oneLakeFiles) };
}

export const nothing = { items: [], runs: [], files: [] };

/** Runs the post-job step of a run, which must succeed and leave nothing. */
export async function assertCleanedUp(step: TaskFixture, after: StageResult): Promise<StageResult> {
  const cleanUp = await step.cleanUp(after);
  assert.equal(cleanUp.result, "succeeded", cleanUp.log);
  assert.deepEqual(leftInFabric(step), nothing);
  return cleanUp;
}
