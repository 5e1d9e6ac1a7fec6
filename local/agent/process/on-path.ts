import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** Whether a program can be started by its name. On Windows, the name has its extension. */
export function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => isExecutable(path.join(folder, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
