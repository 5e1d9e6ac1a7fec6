/** Reading, pinning and packing notebooks. Knows files, and nothing of tasks, tokens or services. */
export { ArtifactError, type ArtifactErrorKind } from "./artifact/artifact-error.ts";
export { type ArtifactFile, artifactDigest } from "./artifact/digest.ts";
export { packageNameProblem, packageVersionProblem } from "./artifact/identity.ts";
export {
  type ArtifactManifest,
  type ArtifactPin,
  type ArtifactSource,
  MANIFEST_FILE,
  MANIFEST_SCHEMA,
} from "./artifact/manifest.ts";
export { type PackedArtifact, type PackOptions, packArtifact } from "./artifact/pack.ts";
export { parseManifest } from "./artifact/parse-manifest.ts";
export { pathProblem } from "./artifact/paths.ts";
export { verifyArtifact } from "./artifact/verify.ts";
export { NotebookError, type NotebookErrorKind, type NotebookPlace } from "./notebook-error.ts";
export { type PinnedNotebook, pinNotebook, type WidgetPin } from "./pin.ts";
export { copyPinned, type PinnedFolder, pinFolder } from "./pin-folder.ts";
