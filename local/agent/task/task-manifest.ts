import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";

export type TaskStage = "prejob" | "main" | "postjob";
export type NodeHandler = "Node24" | "Node20_1";

export interface TaskInputDefinition {
  name: string;
  type: string;
  aliases?: string[];
  defaultValue?: string | boolean | number;
  required?: boolean;
  visibleRule?: string;
}

interface Handlers {
  [handler: string]: { target: string } | undefined;
}

/** The parts of a task.json that the agent uses. */
export interface TaskManifest {
  id: string;
  name: string;
  friendlyName?: string;
  version: { Major: number; Minor: number; Patch: number };
  instanceNameFormat?: string;
  inputs?: TaskInputDefinition[];
  outputVariables?: { name: string }[];
  restrictions?: { commands?: { mode?: string }; settableVariables?: { allowed?: string[] } };
  prejobexecution?: Handlers;
  execution?: Handlers;
  postjobexecution?: Handlers;
}

const stageFields = { prejob: "prejobexecution", main: "execution", postjob: "postjobexecution" } as const;

export async function readTaskManifest(taskFolder: string): Promise<TaskManifest> {
  const file = path.join(taskFolder, "task.json");
  if (!existsSync(file))
    throw new Error(
      couldNot(
        `read the task in ${taskFolder}`,
        "it has no task.json",
        "build the tasks first (npm run build)",
      ),
    );
  return JSON.parse(await readFile(file, "utf8")) as TaskManifest;
}

export function handlersOf(manifest: TaskManifest, stage: TaskStage): Handlers {
  return manifest[stageFields[stage]] ?? {};
}

export function hasHandler(manifest: TaskManifest, stage: TaskStage): boolean {
  return Object.keys(handlersOf(manifest, stage)).length > 0;
}
