/** A definition of a streaming test that cannot be used. */
export class DefinitionError extends Error {
  override name = "DefinitionError";
}
