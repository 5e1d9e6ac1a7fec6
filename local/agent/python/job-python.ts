import path from "node:path";
import type { Interpreters } from "./interpreters.ts";
import {
  environmentOf,
  type PythonFolders,
  pathEntries,
  type ThrowAwayEnvironment,
} from "./throw-away-environment.ts";

/** The folders for Python in the work folder of a job, which contains its Agent.TempDirectory. */
export function pythonFolders(tempFolder: string): PythonFolders & { home: string } {
  const work = path.dirname(tempFolder);
  const home = path.join(work, "_home");
  return { tools: path.join(work, "_tool"), home, userBase: path.join(home, ".local") };
}

/** What the steps of a job find of Python without UsePythonVersion. */
export class JobPython {
  readonly #interpreters: Interpreters;
  readonly #folders: ReturnType<typeof pythonFolders>;
  #standard: Promise<ThrowAwayEnvironment | undefined> | undefined;

  /** @param tempFolder Agent.TempDirectory of the job */
  constructor(interpreters: Interpreters, tempFolder: string) {
    this.#interpreters = interpreters;
    this.#folders = pythonFolders(tempFolder);
  }

  /** The environment of `python`. Undefined if the machine has no Python. */
  standard(): Promise<ThrowAwayEnvironment | undefined> {
    this.#standard ??= this.#interpreters
      .standard()
      .then((interpreter) => interpreter && environmentOf(interpreter, this.#folders, "System"));
    return this.#standard;
  }

  /** The folders at the start of the PATH, the first one last. */
  async path(): Promise<string[]> {
    const standard = await this.standard();
    const userScripts = path.join(this.#folders.userBase, "bin"); // which the PATH of a hosted agent has, too
    return [userScripts, ...(standard ? pathEntries(standard) : [])];
  }

  /** The variables by which Python's tools write into the folder of the job, and not into the home folder of the user. */
  variables(): Record<string, string> {
    const inside = (...names: string[]) => path.join(this.#folders.home, ...names);
    const caches: Record<string, string> = {
      PIP_CACHE_DIR: inside(".cache", "pip"),
      UV_CACHE_DIR: inside(".cache", "uv"),
      PRE_COMMIT_HOME: inside(".cache", "pre-commit"),
    };
    // A cache that the user names is for all: it contains what was downloaded, and nothing that a step set up.
    for (const name of Object.keys(caches)) if (process.env[name]) delete caches[name];
    return {
      ...caches,
      // pip of another Python of the machine refuses to install: "Could not find an activated virtualenv (required)".
      PIP_REQUIRE_VIRTUALENV: "1",
      PIPX_BIN_DIR: inside(".local", "bin"),
      PIPX_HOME: inside(".local", "pipx"),
      PIPX_MAN_DIR: inside(".local", "share", "man"),
      POETRY_CACHE_DIR: inside(".cache", "pypoetry"), // with the environments that Poetry makes
      POETRY_CONFIG_DIR: inside(".config", "pypoetry"),
      POETRY_DATA_DIR: inside(".local", "share", "pypoetry"),
      // Importing a package of the machine would write its __pycache__; existing ones are used. pip compiles what it installs all the same.
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUSERBASE: this.#folders.userBase,
      UV_INSTALL_DIR: inside(".local", "bin"), // uv's own installer
      UV_NO_MODIFY_PATH: "1",
      UV_PYTHON_BIN_DIR: inside(".local", "bin"),
      UV_PYTHON_INSTALL_DIR: inside(".local", "share", "uv", "python"),
      UV_TOOL_BIN_DIR: inside(".local", "bin"),
      UV_TOOL_DIR: inside(".local", "share", "uv", "tools"),
      VIRTUALENV_OVERRIDE_APP_DATA: inside(".local", "share", "virtualenv"),
    };
  }
}
