import { cleanUpNotebooks } from "../../shared/databricks/runs/clean-up.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

runAsTask(cleanUpNotebooks);
