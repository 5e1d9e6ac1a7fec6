/** The Jobs API refuses more, counted in bytes of the JSON form. */
export const maxParameterBytes = 10_000;

/**
 * The `parameters` input as widget values: a JSON object, or lines `name=value` (everything behind the first `=`; `#` begins a comment
 * line). Values that are not strings become their JSON. Fails with one sentence.
 */
export function parseParameters(text: string | undefined): Record<string, string> {
  const trimmed = text?.trim() ?? "";
  const parameters = trimmed.startsWith("{") ? fromJson(trimmed) : fromLines(trimmed);
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes > maxParameterBytes)
    throw new Error(
      `Read the parameters, which take ${bytes} bytes as JSON where Databricks allows ${maxParameterBytes}; pass long values by a file or a table and give the notebook its name.`,
    );
  return parameters;
}

function fromJson(text: string): Record<string, string> {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `Read the parameters as JSON because they begin with "{", which failed (${(error as Error).message}); correct the JSON or write one name=value a line.`,
      { cause: error },
    );
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
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
            `Read the parameters, where the line "${line}" is neither JSON nor name=value; write one name=value a line, or one JSON object.`,
          );
        return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
      }),
  );
}
