/** Results that cannot be read. The message is one sentence made by couldNot, with the file and, if there is one, the line. */
export class ResultsError extends Error {
  override name = "ResultsError";
}
