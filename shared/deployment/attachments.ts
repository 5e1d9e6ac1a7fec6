/** The type of the attachment with the record of a deployment. */
export const deploymentType = "notebook-ops.deployment";
/** The type of the attachment with the manifest of the artifact that was deployed. */
export const manifestType = "notebook-ops.artifact";

/** The name of both attachments. A build may deploy several packages to several environments. */
export function deploymentAttachment(environment: string, packageName: string): string {
  return `${environment}.${packageName}.json`;
}
