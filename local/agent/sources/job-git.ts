import { mkdir, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import path from "node:path";
import { userGit } from "./git.ts";

/** Settings of the user's machine that its connections need, and that contain no credentials. */
const connectionSettings = "^http\\.(.*\\.)?(proxy|sslcainfo|sslcapath|sslbackend|schannel.*)$";

/**
 * The variables by which the git of steps has a configuration of its own, as on an agent: without the name, credentials, hooks, filters and
 * aliases of the user. `git config --global` of a step writes into it.
 */
export async function gitVariables(home: string): Promise<Record<string, string>> {
  const found = await userGit(".", ["config", "--global", "-z", "--get-regexp", connectionSettings]).catch(
    () => "",
  );
  const settings: [string, string][] = [
    ["credential.helper", ""], // an empty helper removes those of the system, such as the keychain
    ["core.excludesFile", devNull],
    ["core.attributesFile", devNull],
    ...found.split("\0").flatMap((entry): [string, string][] => {
      const [name = "", ...value] = entry.split("\n");
      return name === "" || value.join("\n").includes("@") ? [] : [[name, value.join("\n")]];
    }),
  ];
  const file = path.join(home, ".gitconfig");
  await mkdir(home, { recursive: true });
  await writeFile(file, settings.map(([name, value]) => line(name, value)).join(""));
  return { GIT_CONFIG_GLOBAL: file };
}

function line(name: string, value: string): string {
  const [section = "", ...rest] = name.split(".");
  const key = rest.pop() ?? "";
  const subsection = rest.length > 0 ? ` ${JSON.stringify(rest.join("."))}` : "";
  return `[${section}${subsection}]\n\t${key} = ${JSON.stringify(value)}\n`;
}
