import type { AddressesOf, StartedOf, Together } from "./service.ts";
import type { ServiceDefinitions } from "./services.ts";
import type { StartedService } from "./start-services.ts";
import { bundleEnvironment, type TrustFiles } from "./trust.ts";

/** Fields that clients may rely on although no service has them yet: null until one does. */
const reservedFields = { oneLakeBlobUrl: null, oneLakeDfsUrl: null };

interface SharedFields {
  ready: true;
  caFile: string;
  controlUrl: string;
}
type ServiceFields = Together<AddressesOf<ServiceDefinitions> | StartedOf<ServiceDefinitions>["ready"]>;
type ReservedFields = Omit<Record<keyof typeof reservedFields, string | null>, keyof ServiceFields>;

/** What `notebook-ops emulator --json` prints when the workspace is ready. */
export type ReadyRecord = SharedFields & ServiceFields & ReservedFields;

export function readyRecord(
  started: readonly StartedService[],
  { caFile, controlUrl }: { caFile: string; controlUrl: string },
): ReadyRecord {
  const fields = started.map(({ addresses, service }) => ({ ...addresses, ...service.ready }));
  return Object.assign({ ready: true, caFile, controlUrl }, reservedFields, ...fields) as ReadyRecord;
}

/** The variables by which unmodified clients (SDKs, pip, curl) find and trust the workspace. */
export function clientEnvironment(
  started: readonly StartedService[],
  trust: TrustFiles,
  controlUrl: string,
): Record<string, string> {
  return {
    ...(Object.assign({}, ...started.map(({ service }) => service.environment)) as Record<string, string>),
    NODE_EXTRA_CA_CERTS: trust.caFile,
    ...bundleEnvironment(trust),
    NOTEBOOK_OPS_CONTROL_URL: controlUrl,
  };
}
