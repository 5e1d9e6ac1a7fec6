import { existsSync } from "node:fs";
import { cp, readdir } from "node:fs/promises";
import path from "node:path";
import { storeArtifact } from "../publish/artifacts.ts";
import { findFiles } from "../publish/file-patterns.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** PublishPipelineArtifact@1 and `publish:`. The artifacts of a run stay in its folder. */
export const publishPipelineArtifact: BuiltInTask = {
  manifest: builtInManifest("PublishPipelineArtifact", 1, "Publish pipeline artifact", [
    textInput("path", "$(Pipeline.Workspace)", { type: "filePath", aliases: ["targetPath"], required: true }),
    textInput("artifactName", "", { aliases: ["artifact"] }),
    textInput("artifactType", "pipeline", { aliases: ["publishLocation"] }),
  ]),
  async run({ inputs, services, variables, log }) {
    const source = inputs.get("path") ?? "";
    const name = inputs.get("artifactName") || `${variables.get("System.PhaseName") ?? "Job"}`;
    await storeArtifact(services.artifactsFolder, name, source);
    log(`Published ${source} as the artifact ${name}`);
    return null;
  },
};

/** DownloadPipelineArtifact@2 and `download:`, from this run alone. */
export const downloadPipelineArtifact: BuiltInTask = {
  manifest: builtInManifest("DownloadPipelineArtifact", 2, "Download pipeline artifact", [
    textInput("buildType", "current", { aliases: ["source"] }),
    textInput("artifactName", "", { aliases: ["artifact"] }),
    textInput("itemPattern", "**", { aliases: ["patterns"] }),
    textInput("targetPath", "$(Pipeline.Workspace)", { type: "filePath", aliases: ["path"] }),
  ]),
  async run({ inputs, services, variables, log }) {
    const source = inputs.get("buildType")?.toLowerCase();
    if (source === "none") return null;
    if (source !== "current")
      throw new Error(
        `Downloading artifacts of ${source} runs is not supported here: use those of the current one.`,
      );
    const wanted = inputs.get("artifactName");
    const names = wanted ? [wanted] : await readdir(services.artifactsFolder).catch(() => []);
    const given = inputs.get("targetPath") ?? "";
    const isDefault = given === (variables.get("Pipeline.Workspace") ?? "");
    for (const name of names) {
      const from = path.join(services.artifactsFolder, name);
      if (!existsSync(from))
        throw new Error(
          `Downloading the artifact ${name} failed: no step before has published it in this run.`,
        );
      // A single artifact lands in the given path itself, several each in a folder of its name.
      const to = wanted && !isDefault ? given : path.join(given, name);
      const files = await findFiles(from, inputs.get("itemPattern") || "**");
      for (const file of files) await cp(file, path.join(to, path.relative(from, file)));
      log(
        `Downloaded the artifact ${name} to ${to} (${files.length} ${files.length === 1 ? "file" : "files"})`,
      );
    }
    return null;
  },
};
