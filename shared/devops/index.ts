/** Azure DevOps: the organisation that a job runs in, its feeds and universal packages. */
export { type AzureDevOps, connectAzureDevOps } from "./connection.ts";
export {
  checkPackageName,
  checkPackageVersion,
  type Feed,
  feedText,
  type PackageVersion,
  parseFeed,
} from "./package-identity.ts";
export { packageText, UniversalPackages } from "./universal-packages.ts";
