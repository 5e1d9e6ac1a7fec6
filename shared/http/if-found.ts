import { RequestError } from "./errors.ts";

/** The answer, or undefined if what was asked for does not exist. Any other failure is thrown. */
export async function ifFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RequestError && error.kind === "notFound") return undefined;
    throw error;
  }
}
