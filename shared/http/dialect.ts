import type { RequestError, RequestErrorKind } from "./errors.ts";

/** What an error answer contains. */
export interface ErrorContent {
  errorCode?: string;
  message?: string;
  /** Whether the platform says that the same request may succeed later. */
  isRetriable?: boolean;
}

/** How a platform words its errors. Each platform has its own, in its own folder. */
export interface Dialect {
  /** Reads the JSON of an error answer, whatever that is. */
  readError(content: unknown): ErrorContent;
  /** The kind of an error, if its content tells more than the status. */
  kindOf?(content: ErrorContent, status: number): RequestErrorKind | undefined;
  /** What the user can do about an error, if the platform knows more than its kind tells. */
  advise?(error: RequestError): string | undefined;
}

/** For a server that belongs to no platform, such as a file server: reads the message that most JSON APIs send. */
export const plainDialect: Dialect = {
  readError: (content) => ({ message: textOf(fieldsOf(content).message) }),
};

/** The fields of a JSON object; anything else has none. */
export function fieldsOf(content: unknown): Record<string, unknown> {
  return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
}

/** The first of the values that is neither undefined nor null, as text. */
export function textOf(...values: unknown[]): string | undefined {
  const value = values.find((each) => each !== undefined && each !== null);
  return value === undefined ? undefined : String(value);
}
