import { mkdir } from "node:fs/promises";
import { describe } from "../python/throw-away-environment.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** `checkout:`. The sources are a copy of the working tree, so that a pipeline cannot change it. */
export const checkout: BuiltInTask = {
  manifest: builtInManifest("Checkout", 1, "Checkout", [textInput("repository", "self")]),
  async run({ inputs, services, sourcesFolder, python, log }) {
    const environment = await python.standard();
    if (environment) log(describe(environment));
    await mkdir(sourcesFolder, { recursive: true });
    if (inputs.get("repository") === "none") return null;
    const count = await services.checkOut(sourcesFolder);
    log(`Copied the working tree of ${services.repositoryName} (${count} files) to ${sourcesFolder}`);
    return null;
  },
};
