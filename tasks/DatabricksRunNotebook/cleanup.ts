import { cleanUpNotebooks } from "../../shared/databricks/runs/clean-up.ts";
import { runStage } from "../../shared/task/stage.ts";

runStage(cleanUpNotebooks);
