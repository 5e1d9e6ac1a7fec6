import { independently } from "../../shared/concurrency/independent.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";
import { cleanUpDatabricks } from "./databricks/clean-up.ts";
import { cleanUpFabric } from "./fabric/clean-up.ts";

/** A step has deployed to one platform: for the other there is nothing to undo. */
runAsTask((host) => independently([() => cleanUpDatabricks(host), () => cleanUpFabric(host)]));
