import { runAsTask } from "../../shared/task/run-as-task.ts";
import { run } from "./run.ts";

runAsTask(run);
