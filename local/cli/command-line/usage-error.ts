/** Something wrong in what the user wrote, on the command line or in a config: its message is shown as it is, and the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
