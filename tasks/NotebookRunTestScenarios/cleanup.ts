import { connectForCleanUp } from "../../shared/databricks/clean-up-connection.ts";
import { cleanUpRuns } from "../../shared/databricks/runs/clean-up.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";

runAsTask((host) => cleanUpRuns(host, connectForCleanUp));
