export interface LoggingCommand {
  area: string;
  event: string;
  properties: Record<string, string>;
  data: string;
}

const commandStart = "##vso[";

/**
 * The first logging command of a line, at any position (CommandUtil of the agent). It ends at the first `]`; its properties are split at
 * `;` and then at the first `=`. Undefined if the line has no well-formed command.
 */
export function parseLoggingCommand(line: string): LoggingCommand | undefined {
  const start = line.toLowerCase().indexOf(commandStart);
  if (start < 0) return undefined;
  const end = line.indexOf("]", start);
  if (end < 0) return undefined;
  const head = line.slice(start + commandStart.length, end);
  const space = head.indexOf(" ");
  const name = (space < 0 ? head : head.slice(0, space)).trim();
  const [area, event, ...rest] = name.split(".").filter((part) => part !== "");
  if (area === undefined || event === undefined || rest.length > 0) return undefined;
  const properties: Record<string, string> = {};
  if (space >= 0)
    for (const property of head.slice(space + 1).split(";")) {
      const equals = property.indexOf("=");
      if (equals > 0)
        properties[property.slice(0, equals).trim().toLowerCase()] = decode(property.slice(equals + 1), true);
    }
  return {
    area: area.toLowerCase(),
    event: event.toLowerCase(),
    properties,
    data: decode(line.slice(end + 1), false),
  };
}

/** The agent's escape of `%` is `%AZP25`, not `%25`. Properties also escape `;` and `]`. */
function decode(text: string, isProperty: boolean): string {
  let plain = text.replace(/%0D/gi, "\r").replace(/%0A/gi, "\n");
  if (isProperty) plain = plain.replace(/%3B/gi, ";").replace(/%5D/gi, "]");
  return plain.replace(/%AZP25/gi, "%");
}
