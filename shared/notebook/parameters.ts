import { couldNot } from "../text/could-not.ts";

const attempt = "read the parameters";

/**
 * The limit of jobs/runs/submit on `base_parameters` as JSON: 1 MB. That of jobs/run-now on `notebook_params` is 10,000 bytes.
 * https://docs.databricks.com/api/azure/workspace/jobs/submit
 */
const maxParameterBytes = 1024 * 1024;

export type ParameterValue = string | number | boolean;

/**
 * The widget values of the input `parameters`: a JSON object, or lines `name=value`, in which `#` begins a comment line and the value may
 * contain `=`. Values in the JSON object that are not strings become their JSON.
 */
export function parseParameters(text: string | undefined): Record<string, string> {
  const parameters = Object.fromEntries(
    Object.entries(parseTypedParameters(text)).map(([name, value]) => [name, String(value)]),
  );
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes > maxParameterBytes)
    throw new Error(
      couldNot(
        attempt,
        `they are ${bytes} bytes as JSON, and Databricks allows ${maxParameterBytes} (1 MB)`,
        "pass long values in a file or a table, and its name as the parameter",
      ),
    );
  return parameters;
}

/** The same for a platform whose parameters have types: numbers and booleans of the JSON object stay what they are. */
export function parseTypedParameters(text: string | undefined): Record<string, ParameterValue> {
  const trimmed = text?.trim() ?? "";
  return trimmed.startsWith("{") ? fromJson(trimmed) : fromLines(trimmed);
}

function fromJson(text: string): Record<string, ParameterValue> {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(
      couldNot(
        attempt,
        `they begin with "{" but are not valid JSON (${(error as Error).message})`,
        "correct the JSON, or write one name=value per line",
      ),
      { cause: error },
    );
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      name,
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : JSON.stringify(value),
    ]),
  );
}

function fromLines(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line && !line.startsWith("#"))
      .map((line) => {
        const equals = line.indexOf("=");
        if (equals < 1)
          throw new Error(
            couldNot(
              attempt,
              `the line "${line}" is neither JSON nor name=value`,
              "write one name=value per line, or one JSON object",
            ),
          );
        return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
      }),
  );
}
