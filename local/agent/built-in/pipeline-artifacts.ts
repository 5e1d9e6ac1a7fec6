import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
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
    await services.artifacts.publish(name, source, "PipelineArtifact");
    log(`Published ${source} as the artifact ${name}`);
    return null;
  },
};

/** DownloadPipelineArtifact@2 and `download:`, for artifacts of the same run. */
export const downloadPipelineArtifact: BuiltInTask = {
  manifest: builtInManifest("DownloadPipelineArtifact", 2, "Download pipeline artifact", [
    textInput("buildType", "current", { aliases: ["source"] }),
    textInput("artifactName", "", { aliases: ["artifact"] }),
    textInput("itemPattern", "**", { aliases: ["patterns"] }),
    textInput("targetPath", "$(Pipeline.Workspace)", { type: "filePath", aliases: ["path", "downloadPath"] }),
  ]),
  async run({ inputs, services, variables, log }) {
    const source = inputs.get("buildType")?.toLowerCase();
    if (source === "none") return null;
    if (source !== "current")
      throw new Error(
        couldNot(
          `download artifacts of ${source} runs`,
          "the local agent has only those of the current run",
          "use current",
        ),
      );
    const artifactName = inputs.get("artifactName");
    const published = await services.artifacts.names();
    const names = artifactName ? [artifactName] : published;
    const targetPath = inputs.get("targetPath") ?? "";
    const isDefaultTarget = targetPath === (variables.get("Pipeline.Workspace") ?? "");
    for (const name of names) {
      const from = services.artifacts.folderOf(name);
      if (!existsSync(from)) {
        const advice = didYouMean(name, published, "publish it in an earlier step");
        throw new Error(couldNot(`download the artifact ${name}`, "the run has not published it", advice));
      }
      // A named artifact goes to the target path itself, unless that is the default; several go to a folder of their name each.
      const to = artifactName && !isDefaultTarget ? targetPath : path.join(targetPath, name);
      const files = await findFiles(from, inputs.get("itemPattern") || "**");
      for (const file of files) await cp(file, path.join(to, path.relative(from, file)));
      log(
        `Downloaded the artifact ${name} to ${to} (${files.length} ${files.length === 1 ? "file" : "files"})`,
      );
    }
    return null;
  },
};
