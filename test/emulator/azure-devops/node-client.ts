import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { Emulator } from "../../../local/emulator/index.ts";

const root = path.join(import.meta.dirname, "..", "..", "..");

/** The first lines of a module that asks by azure-devops-node-api as a pipeline does. */
export const connect = `
  import azdev from "azure-devops-node-api";
  const url = process.env.AZURE_DEVOPS_URL;
  const api = new azdev.WebApi(url, azdev.getPersonalAccessTokenHandler(process.env.AZURE_DEVOPS_EXT_PAT));
  const answer = (value) => console.log(JSON.stringify(value));
  const refused = (promise) => promise.then(
    () => { throw new Error("it was not refused"); },
    (error) => [error.statusCode, error.message],
  );
`;

/** Runs a module in a Node of its own, which trusts the workspace from its start; what it prints is JSON. */
export async function run(
  workspace: Emulator,
  code: string,
  environment: Record<string, string> = {},
): Promise<unknown> {
  const env = { PATH: process.env.PATH, ...workspace.environment, ...environment };
  const args = ["--input-type=module", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  return JSON.parse(stdout);
}
