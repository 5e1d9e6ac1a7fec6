import type { Interpreters } from "../python/interpreters.ts";
import { JobPython, pythonFolders } from "../python/job-python.ts";
import { gitVariables } from "../sources/job-git.ts";

/** What the steps of a job find on the machine. What they change of it ends with the job. */
export class JobMachine {
  readonly python: JobPython;
  readonly #home: string;
  #environment: Promise<{ variables: Record<string, string>; path: string[] }> | undefined;

  /** @param tempFolder Agent.TempDirectory of the job */
  constructor(interpreters: Interpreters, tempFolder: string) {
    this.python = new JobPython(interpreters, tempFolder);
    this.#home = pythonFolders(tempFolder).home;
  }

  /** The variables of the machine, and the folders at the start of its PATH, the first one last. */
  environment(): Promise<{ variables: Record<string, string>; path: string[] }> {
    this.#environment ??= this.#prepare();
    return this.#environment;
  }

  async #prepare() {
    const [git, folders] = await Promise.all([gitVariables(this.#home), this.python.path()]);
    return { variables: { ...this.python.variables(), ...git }, path: folders };
  }
}
