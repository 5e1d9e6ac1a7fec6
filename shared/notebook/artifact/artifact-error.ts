/** What is wrong with an artifact's folder or manifest; callers branch on this, never on the message. */
export type ArtifactErrorKind =
  | "folder"
  | "path"
  | "manifest"
  | "file-changed"
  | "file-missing"
  | "file-unexpected"
  | "digest";

/** One sentence: what was tried, on what, what came back, what to do. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  readonly kind: ArtifactErrorKind;

  constructor(kind: ArtifactErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
