import type { CommandDeclaration, OptionDeclaration } from "./declaration.ts";

const widestLine = 100;

export const programOf = ({ name, program }: CommandDeclaration) => program ?? `notebook-ops ${name}`;

/** The command as one writes it: what it needs by name, the rest as `[options]`. */
export function usageOf(declaration: CommandDeclaration): string {
  const { argument, afterDashes, options } = declaration;
  const all = Object.entries(options);
  const required = all.filter(([, option]) => option.required);
  return [
    programOf(declaration),
    ...(argument ? [argument.multiple ? `${argument.name}…` : argument.name] : []),
    ...required.map(([option, { value }]) => (value === undefined ? `--${option}` : `--${option} ${value}`)),
    ...(required.length < all.length ? ["[options]"] : []),
    ...(afterDashes ? [`[-- ${afterDashes.name}]`] : []),
  ].join(" ");
}

export function commandHelp(declaration: CommandDeclaration): string {
  const { description, options, notes, example } = declaration;
  return paragraphs(
    usageOf(declaration),
    wrap(description, ""),
    table([...Object.entries(options).map(optionRow), ["--help, -h", "show this text"]]),
    ...(notes === undefined ? [] : [wrap(notes, "")]),
    `  ${example}`,
  );
}

export function overview(summary: string, commands: readonly CommandDeclaration[]): string {
  return paragraphs(
    "notebook-ops COMMAND [options]",
    wrap(summary, ""),
    table(commands.map((command) => [command.name, command.summary])),
    table([
      ["--help, -h", "show this text, or with a command that of the command"],
      ["--version", "show the version"],
    ]),
  );
}

function optionRow([name, { value, multiple, description }]: [string, OptionDeclaration]): [string, string] {
  const usage = value === undefined ? `--${name}` : `--${name} ${value}`;
  return [usage, multiple ? `${description} (may be repeated)` : description];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length)) + 4;
  return rows
    .map(([first, second]) => `  ${first}`.padEnd(width) + wrap(second, " ".repeat(width)).trimStart())
    .join("\n");
}

/** The text in lines that each begin with `indent`. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= widestLine)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines.join("\n");
}

const paragraphs = (...texts: readonly string[]) => `${texts.join("\n\n")}\n`;
