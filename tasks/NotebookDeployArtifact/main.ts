import { runStage } from "../../shared/task/index.ts";
import { run } from "./run.ts";

runStage(run);
