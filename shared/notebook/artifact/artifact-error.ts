/** What is wrong with an artifact or its folder; callers branch on this, never on the message. */
export type ArtifactErrorKind =
  | "folder"
  | "path"
  | "manifest"
  | "file-changed"
  | "file-missing"
  | "file-unexpected"
  | "digest";

/** An error about an artifact or its folder; the message is one sentence made by couldNot. */
export class ArtifactError extends Error {
  override readonly name = "ArtifactError";
  readonly kind: ArtifactErrorKind;

  constructor(kind: ArtifactErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
