export type { Issue, StepEffects, StepResult } from "./commands/command-processor.ts";
export type { LoggingCommand } from "./commands/logging-command.ts";
export { SecretMasker } from "./commands/secret-masker.ts";
export { type Endpoint, SYSTEM_ENDPOINT_ID } from "./endpoint.ts";
export { killAllProcesses } from "./process/run-process.ts";
export type { BuildStart, OpenPullRequest, Organisation } from "./run/organisation.ts";
export { runPipeline } from "./run/pipeline-runner.ts";
export type { AgentWorkspace, Leftover, PipelineOptions, PipelineRecord } from "./run/run-types.ts";
export type { StageResult, StepOptions } from "./step-session.ts";
export { nodeOf } from "./task/node-handler.ts";
export {
  hasStage,
  type NodeHandler,
  readTaskManifest,
  type Stage,
  type TaskManifest,
} from "./task/task-manifest.ts";
export { runTaskStage, type TaskStageOptions } from "./task/task-runner.ts";
export { PipelineError } from "./yaml/node.ts";
