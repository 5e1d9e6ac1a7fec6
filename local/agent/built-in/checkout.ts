import { mkdir } from "node:fs/promises";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** `checkout:`. The sources are a copy of the working tree, so that a pipeline cannot change it. */
export const checkout: BuiltInTask = {
  manifest: builtInManifest("Checkout", 1, "Checkout", [textInput("repository", "self")]),
  async run({ inputs, services, sourcesFolder, log }) {
    await mkdir(sourcesFolder, { recursive: true });
    if (inputs.get("repository") === "none") return null;
    const count = await services.checkOut(sourcesFolder);
    log(`Copied the working tree of ${services.repositoryName} (${count} files) to ${sourcesFolder}`);
    return null;
  },
};
