import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What a console script calls: `pytest=pytest:console_main` has the module `pytest` and the call `console_main`. */
export interface EntryPoint {
  module: string;
  call: string;
}

/**
 * The console scripts of the packages in these folders. The first folder that has a script wins, as for imports.
 * Format: https://packaging.python.org/en/latest/specifications/entry-points/
 */
export async function consoleScripts(sites: readonly string[]): Promise<Map<string, EntryPoint>> {
  const scripts = new Map<string, EntryPoint>();
  for (const site of sites) {
    const names = await readdir(site).catch(() => []);
    const files = names
      .filter((name) => /\.(dist|egg)-info$/.test(name))
      .map((name) => path.join(site, name, "entry_points.txt"));
    for (const text of await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => ""))))
      for (const [name, entry] of readConsoleScripts(text)) if (!scripts.has(name)) scripts.set(name, entry);
  }
  return scripts;
}

function readConsoleScripts(text: string): [string, EntryPoint][] {
  const scripts: [string, EntryPoint][] = [];
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) section = header.trim();
    // The name becomes that of a file, and the rest a part of a program.
    const [, name, module, call] =
      /^\s*(\w[\w.-]*)\s*=\s*([\w.]+)\s*:\s*([\w.]+)\s*(?:\[.*\])?\s*$/.exec(line) ?? [];
    if (section === "console_scripts" && name && module && call) scripts.push([name, { module, call }]);
  }
  return scripts;
}

/** The file of a console script that runs with the given Python, as an installer writes it. */
export function scriptFile(
  name: string,
  { module, call }: EntryPoint,
  python: string,
): { file: string; text: string } {
  const [first] = call.split(".");
  const program = `import sys\nfrom ${module} import ${first}\nif __name__ == "__main__":\n    sys.exit(${call}())\n`;
  if (process.platform === "win32") {
    const line = `import sys; sys.argv[0] = r'%~dpn0'; from ${module} import ${first}; sys.exit(${call}())`;
    return { file: `${name}.cmd`, text: `@"${python}" -c "${line}" %*\r\n` };
  }
  // The kernel cuts a longer line, and splits it at spaces. This form is a program of the shell and of Python at once, as pip writes it.
  const isPlain = python.length < 120 && !/\s/.test(python);
  const start = isPlain ? `#!${python}\n` : `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n`;
  return { file: name, text: start + program };
}
