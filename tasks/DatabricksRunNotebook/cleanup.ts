import { connectForCleanUp } from "../../shared/databricks/clean-up-connection.ts";
import { cleanUpNotebooks } from "../../shared/databricks/runs/clean-up.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

runAsTask((host) => cleanUpNotebooks(host, connectForCleanUp));
