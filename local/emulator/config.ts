import { masterProblem } from "../driver/master.ts";
import type { SparkOptions } from "../driver/spark.ts";
import { checked, type Fields, number, object, required } from "./config-schema/schema.ts";
import type { AnyService, ConfigOf, Together } from "./service.ts";
import { type ServiceDefinitions, services } from "./services.ts";

/** What belongs to no single service. */
interface SharedConfig {
  spark?: SparkOptions;
  /** Added to each answer of each service. */
  latencyMs?: number;
  /** The ports of single services, by their keys in `services.ts`. */
  ports?: { [Key in keyof typeof services]?: number };
}

type ServicesConfig = Together<ConfigOf<ServiceDefinitions>>;

/**
 * The content of `notebook-ops.local.yml`: what the local workspace contains before a pipeline starts, as an administrator would set it
 * up once in the cloud. Each service's part is in its folder: the type in `config.ts`, the schema in `config-schema.ts`.
 */
export type WorkspaceConfig = SharedConfig & ServicesConfig;

const serviceFields = Object.values<AnyService>(services).map(({ configFields }) => configFields);

/** The schema by which the file is checked. */
export const workspaceConfig = object<WorkspaceConfig>({
  ...(Object.assign({}, ...serviceFields) as Fields<ServicesConfig>),
  spark: object({ master: required(checked(masterProblem)) }),
  latencyMs: number({ min: 0 }),
  ports: object(
    Object.fromEntries(
      Object.keys(services).map((key) => [key, number({ min: 1, max: 65_535, isWhole: true })]),
    ) as Fields<NonNullable<SharedConfig["ports"]>>,
  ),
});
