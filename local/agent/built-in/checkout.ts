import { mkdir } from "node:fs/promises";
import { describe } from "../python/throw-away-environment.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/**
 * `checkout:`. The defaults are those of a new pipeline: one commit, and no tags
 * (https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-checkout#remarks). `clean` has no effect, because the folder of a job is new.
 */
export const checkout: BuiltInTask = {
  manifest: builtInManifest("Checkout", 1, "Checkout", [
    textInput("repository", "self"),
    textInput("clean", "true"),
    textInput("fetchDepth", "1"),
    textInput("fetchTags", "false"),
    textInput("persistCredentials", "false"),
    textInput("submodules", "false"),
    textInput("lfs", "false"),
  ]),
  async run({ inputs, services, sourcesFolder, variables, python, log }) {
    const environment = await python.standard();
    if (environment) log(describe(environment));
    await mkdir(sourcesFolder, { recursive: true });
    if (inputs.get("repository") === "none") return null;
    const text = (name: string) => inputs.get(name)?.toLowerCase() ?? "";
    const depth = Number.parseInt(text("fetchDepth"), 10);
    const levels = { true: "direct", recursive: "recursive" } as const;
    const submodules = levels[text("submodules") as keyof typeof levels] ?? "none";
    const options = {
      fetchDepth: depth > 0 ? depth : 0, // everything else is all history, as for the agent (GitSourceProvider.cs)
      fetchTags: text("fetchTags") === "true",
      persistCredentials: text("persistCredentials") === "true",
      submodules,
      lfs: text("lfs") === "true",
    };
    const branch = variables.get("Build.SourceBranch") ?? "";
    for (const line of await services.sources.checkOut(sourcesFolder, options, branch)) log(line);
    return null;
  },
};
