import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { homeOf } from "../../local/driver/home.mjs";
import { ask, run, SetupError } from "./run.mjs";
import { hashOf, isFresh, writeFileAtomically } from "./stamp.mjs";

const oldest = [3, 10];

export const pythonOf = (root) => path.join(homeOf(root), ".venv", "bin", "python");

const requirementFiles = (root) =>
  [
    "local/driver/requirements.txt",
    "test/python/requirements.txt",
    "examples/databricks-weather/requirements-dev.txt",
  ]
    .map((file) => path.join(root, file))
    .filter(existsSync);

const removeUnused = (root) => path.join(root, "scripts", "setup", "remove_unused.py");

const stampOf = (root) => path.join(homeOf(root), ".venv", ".notebook-ops-stamp");

const wantedHash = (root) =>
  hashOf(...[removeUnused(root), ...requirementFiles(root)].map((file) => readFileSync(file, "utf8")));

export const pythonIsFresh = (root) => existsSync(pythonOf(root)) && isFresh(stampOf(root), wantedHash(root));

const candidates = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];

function findPython() {
  const seen = [];
  for (const command of candidates) {
    const version = ask(command, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
    if (!version) continue;
    const [major, minor] = version.split(".").map(Number);
    if (major === oldest[0] && minor >= oldest[1]) return command;
    seen.push(`${command} is ${version}`);
  }
  const found = seen.length ? seen.join(" and ") : "neither python3 nor python can be started";
  throw new SetupError(
    `Could not find Python ${oldest.join(".")} or newer, in which notebooks run: ${found}; install a newer Python.`,
  );
}

async function createEnvironment(root) {
  const command = findPython();
  if (ask(command, ["-c", "import venv, ensurepip"]) === undefined)
    throw new SetupError(
      `Could not create the Python environment .venv with ${command}: its module venv is missing; install it (on Debian and Ubuntu it is the package python3-venv).`,
    );
  await run(command, ["-m", "venv", "--clear", path.join(homeOf(root), ".venv")], {
    failure: "Could not create the Python environment .venv",
  });
}

/** Makes .venv with the packages that the notebooks and the Python tests need, compiled: importing uncompiled ones takes seconds at each start. */
export async function installPython(root, tell) {
  const python = pythonOf(root);
  if (ask(python, ["-m", "pip", "--version"]) === undefined) await createEnvironment(root);
  const files = requirementFiles(root).flatMap((file) => ["-r", file]);
  await run(
    python,
    ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile", ...files],
    {
      failure: "Could not install the Python packages (pip install)",
      onLine: (line) =>
        /^(Collecting|Downloading|Building|Installing|Using)/.test(line) && tell(line.slice(0, 70)),
    },
  );
  await run(python, [removeUnused(root), sitePackages(root)], {
    failure: "Could not remove what the Python packages contain for others",
  });
  tell("compiling");
  const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env;
  const folder = sitePackages(root);
  // Its exit code only says that some package contains files for other Python versions, which do not compile.
  await run(
    python,
    ["-c", `import compileall; compileall.compile_dir(${JSON.stringify(folder)}, quiet=2, workers=0)`],
    {
      env,
      failure: "Could not compile the Python packages",
    },
  );
  writeFileAtomically(stampOf(root), wantedHash(root));
}

export const sitePackages = (root) =>
  ask(pythonOf(root), ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]) ?? "";
