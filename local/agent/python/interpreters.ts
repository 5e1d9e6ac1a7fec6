import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Python of the machine. */
export interface Interpreter {
  /** The file by which it was found, such as `/home/ada/weather/.venv/bin/python`. */
  file: string;
  /** `3.11.7` */
  version: string;
  /** The Python that is not a virtual environment: `file` itself, or what the environment was made of. */
  base: string;
  /** The folder of the environment or of the installation. */
  prefix: string;
  isVirtual: boolean;
  /** Folders with packages that an environment of `base` does not find by itself: those of a virtual environment, or `pip install --user`. */
  packages: string[];
  /** All folders with packages, also those that an environment of `base` finds. */
  sites: string[];
  /** The folder of `pip install --user`, relative to PYTHONUSERBASE. */
  userSite: string;
  hasPip: boolean;
  /** A wheel of pip that comes with Python, if there is one. */
  pipWheel: string | null;
}

/** Prints an Interpreter as JSON. Python 2 gives an error, because it has no `venv`. */
const probe = `
import sys
sys.path.remove("")  # the modules of the working directory
import glob, importlib.util, json, os, platform, site
is_virtual = sys.prefix != sys.base_prefix
base = getattr(sys, "_base_executable", None)  # Python 3.6 does not have it
if base is None:
    base = os.path.join(sys.base_prefix, "bin", "python3.%d" % sys.version_info[1]) if is_virtual else sys.executable
user_site = os.path.relpath(site.getusersitepackages(), site.getuserbase())
sites = [each for each in site.getsitepackages() if os.path.isdir(each)]
user = site.getusersitepackages() if site.ENABLE_USER_SITE and not is_virtual else None
own_user = [user] if user and os.path.isdir(user) else []
wheels = []
spec = importlib.util.find_spec("ensurepip")
if spec and spec.origin:
    wheels = glob.glob(os.path.join(os.path.dirname(spec.origin), "_bundled", "pip-*.whl"))
wheels += glob.glob("/usr/share/python-wheels/pip-*.whl")
sys.stdout.write(json.dumps({
    "version": platform.python_version(), "base": base, "prefix": sys.prefix, "isVirtual": is_virtual,
    "packages": (sites if is_virtual else []) + own_user, "sites": own_user + sites,
    "userSite": user_site, "hasPip": importlib.util.find_spec("pip") is not None, "pipWheel": (wheels or [None])[0],
}))`;

/** What the Pythons have told. Starting one takes up to 0.1 s. */
const answers = new Map<string, Promise<Interpreter | undefined>>();

/** The Pythons of the machine. */
export class Interpreters {
  readonly #repository: string;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** All Pythons that UsePythonVersion can choose from, the preferred ones first. */
  async *all(): AsyncGenerator<Interpreter> {
    yield* this.#found([...activated(), programOf(path.join(this.#repository, ".venv")), ...onPath()]);
  }

  /** What `python` is without UsePythonVersion: the Python of the activated environment, else the first one on the PATH. */
  async standard(): Promise<Interpreter | undefined> {
    for await (const interpreter of this.#found([...activated(), ...onPath()])) return interpreter;
    return undefined;
  }

  async *#found(files: readonly string[]): AsyncGenerator<Interpreter> {
    for (const file of new Set(files)) {
      if (!existsSync(file)) continue;
      const { HOME, PATH, PYTHONUSERBASE, PYTHONPATH } = process.env; // on which the answer depends; PATH is for the shims of pyenv
      const key = JSON.stringify([file, this.#repository, HOME, PATH, PYTHONUSERBASE, PYTHONPATH]);
      const answer = answers.get(key) ?? ask(file, this.#repository);
      answers.set(key, answer);
      const interpreter = await answer;
      if (interpreter) yield interpreter;
    }
  }
}

/** @param folder in which pyenv looks for the version that the repository names */
async function ask(file: string, folder: string): Promise<Interpreter | undefined> {
  try {
    const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    const { stdout } = await run(file, ["-c", probe], { cwd: folder, env: environment });
    return { file, ...(JSON.parse(stdout) as Omit<Interpreter, "file">) };
  } catch {
    return undefined; // a broken link, a shim for a version that is not installed, or Python 2
  }
}

function activated(): string[] {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  return [VIRTUAL_ENV, CONDA_PREFIX].flatMap((folder) => (folder ? [programOf(folder)] : []));
}

function programOf(environment: string): string {
  if (process.platform !== "win32") return path.join(environment, "bin", "python");
  const inScripts = path.join(environment, "Scripts", "python.exe");
  return existsSync(inScripts) ? inScripts : path.join(environment, "python.exe"); // conda's is in the root
}

function onPath(): string[] {
  const minors = Array.from({ length: 8 }, (_, index) => `python3.${17 - index}`);
  const names = process.platform === "win32" ? ["python.exe"] : ["python3", "python", ...minors];
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}
