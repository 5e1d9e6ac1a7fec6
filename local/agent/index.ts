export type { Issue, StepEffects, StepResult } from "./commands/command-processor.ts";
export type { LoggingCommand } from "./commands/logging-command.ts";
export { SecretMasker } from "./commands/secret-masker.ts";
export { type Endpoint, SYSTEM_ENDPOINT_ID } from "./endpoint.ts";
export { nodeOf } from "./task/node-handler.ts";
export {
  hasStage,
  type NodeHandler,
  readTaskManifest,
  type Stage,
  type TaskManifest,
} from "./task/task-manifest.ts";
export { runTaskStage, type StageResult, type TaskStageOptions } from "./task/task-runner.ts";
