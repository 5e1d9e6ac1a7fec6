import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { StepEffects } from "../commands/step-result.ts";
import { fileType, summaryType } from "./build-server.ts";
import { publishCoverage } from "./publish-coverage.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Does what the commands of a step asked of the server: copies attachments, summaries, coverage and artifacts to the run's folder, and adds
 * them to the build.
 * @param recordId the timeline record of the step, to which its attachments belong
 * @returns a warning for each that failed
 */
export async function applyEffects(
  effects: StepEffects,
  run: RunContext,
  recordId: string,
): Promise<string[]> {
  const warnings: string[] = [];
  const attempt = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      warnings.push((error as Error).message);
    }
  };
  const attachments = [
    ...effects.attachments,
    ...effects.summaries.map((file) => ({ type: summaryType, name: path.basename(file), file })),
    ...effects.files.map((file) => ({ type: fileType, name: path.basename(file), file })),
  ];
  for (const { type, name, file } of attachments)
    await attempt(async () => {
      const target = path.join(run.folders.attachments, String(run.attachedFiles.length + 1), name);
      await mkdir(path.dirname(target), { recursive: true });
      await copyFile(file, target);
      run.attachedFiles.push({ type, name, file: target });
      await run.recorder?.attach(recordId, { type, name, file: target });
    });
  for (const coverage of effects.coverage) await attempt(() => publishCoverage(coverage, run));
  for (const artifact of effects.artifacts)
    await attempt(() => run.services.artifacts.publish(artifact.name, artifact.path, "Container"));
  return warnings;
}

/** Adds the tags of a step to the build. @returns an error for each that was refused; the agent then fails the step (StepsRunner.cs) */
export async function addBuildTags(effects: StepEffects, run: RunContext): Promise<string[]> {
  const errors: string[] = [];
  for (const tag of effects.buildTags)
    try {
      await run.recorder?.tag(tag);
      if (!run.buildTags.includes(tag)) run.buildTags.push(tag);
    } catch (error) {
      errors.push((error as Error).message);
    }
  return errors;
}

export function linkTo(file: string): string {
  return pathToFileURL(file).href;
}
