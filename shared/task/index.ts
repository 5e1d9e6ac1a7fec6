export * from "./host.ts";
export { runStage } from "./stage.ts";
