// npm run check: types, lint and format of both languages, and whether the generated files are current. All of them run; the exit code is 1
// if any failed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root, setUpOrExplain } from "./setup.mjs";

if (await setUpOrExplain()) {
  const tool = (name) => path.join(root, "node_modules", ".bin", name);
  const python = ["local", "scripts", "test", "pytest-plugin"].filter((folder) =>
    existsSync(path.join(root, folder)),
  );
  const plugin = path.join(root, "pytest-plugin");
  const mypyConfig = path.join(plugin, "pyproject.toml");
  const mypyPaths = ["--cache-dir", path.join(root, ".setup", "mypy"), path.join(plugin, "src")];
  const generate = path.join(root, "scripts", "generate.mjs");
  const checks = [
    ["types", tool("tsc"), ["--noEmit", "-p", root]],
    ["types of the results tab", tool("tsc"), ["--noEmit", "-p", path.join(root, "results-tab")]],
    ["TypeScript lint and format", tool("biome"), ["check"]],
    ["Python lint", pythonOf(root), ["-m", "ruff", "check", ...python]],
    ["Python format", pythonOf(root), ["-m", "ruff", "format", "--check", ...python]],
    [
      "Python types of the pytest plugin",
      pythonOf(root),
      ["-m", "mypy", "--config-file", mypyConfig, ...mypyPaths],
    ],
    ["generated files", process.execPath, [generate, "--check"]],
  ];
  const failed = checks.filter(([name, command, args]) => {
    console.log(`check: ${name}`);
    return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status !== 0;
  });
  console.log(
    failed.length ? `failed: ${failed.map(([name]) => name).join(", ")}` : `${checks.length} checks passed`,
  );
  process.exitCode = failed.length ? 1 : 0;
}
