import path from "node:path";
import type { Interpreters } from "../python/interpreters.ts";
import { JobPython, pythonFolders } from "../python/job-python.ts";
import { gitVariables } from "../sources/job-git.ts";

/** What the steps of a job find on the machine. What they change of it ends with the job. */
export class JobMachine {
  readonly python: JobPython;
  readonly #home: string;
  #start: Promise<{ variables: Record<string, string>; path: string[] }> | undefined;

  /** @param tempFolder Agent.TempDirectory of the job */
  constructor(interpreters: Interpreters, tempFolder: string) {
    this.python = new JobPython(interpreters, tempFolder);
    this.#home = pythonFolders(tempFolder).home;
  }

  /**
   * The variables of the machine, and the folders at the start of its PATH, the first one last.
   * @param prependPath the folders that earlier steps have added
   */
  async environment(prependPath: readonly string[]) {
    this.#start ??= this.#prepare();
    const { variables, path: own } = await this.#start;
    const all = [...own, ...prependPath];
    // uv finds no other Python: with --system it would install into one of the machine, since it skips virtual environments.
    const UV_PYTHON_SEARCH_PATH = [...all].reverse().join(path.delimiter);
    return { variables: { ...variables, UV_PYTHON_SEARCH_PATH }, prependPath: all };
  }

  async #prepare() {
    const [git, folders] = await Promise.all([gitVariables(this.#home), this.python.path()]);
    return { variables: { ...this.python.variables(), ...git }, path: folders };
  }
}
