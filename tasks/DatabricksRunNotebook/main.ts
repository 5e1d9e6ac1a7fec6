import { runStage } from "../../shared/task/stage.ts";
import { run } from "./run.ts";

runStage(run);
