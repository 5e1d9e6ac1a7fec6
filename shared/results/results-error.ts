/** Results that cannot be read: one sentence that names the file, the line where there is one, and what to do. */
export class ResultsError extends Error {
  override name = "ResultsError";
}
