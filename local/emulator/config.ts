import type { SparkOptions } from "../driver/spark.ts";
import type { ConfigOf, Together } from "./service.ts";
import type { ServiceDefinitions } from "./services.ts";

/** What belongs to no single service. */
interface SharedConfig {
  spark?: SparkOptions;
  /** Added to each answer of each service. */
  latencyMs?: number;
}

/**
 * The content of `notebook-ops.local.yml`: what the local workspace contains before a pipeline starts, as an administrator would set it
 * up once in the cloud. Each service's part is in the `config.ts` of its folder.
 */
export type WorkspaceConfig = SharedConfig & Together<ConfigOf<ServiceDefinitions>>;
