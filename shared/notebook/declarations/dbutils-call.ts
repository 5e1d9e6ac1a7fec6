import type { CodeDeclaration } from "./declaration.ts";
import {
  closingBracket,
  constantString,
  isSymbol,
  nameAt,
  splitAtCommas,
  stringOf,
  type TokenizedCode,
  type TokenRange,
} from "./expression.ts";

const methods = new Set(["text", "dropdown", "combobox", "multiselect"]);
/** The keyword of the name in Python and R, and in Scala's dbutils-api. */
const nameKeywords = ["name", "argName"];

/**
 * The calls `dbutils.widgets.text | dropdown | combobox | multiselect` with the name as a literal. In Python, Scala and R, the arguments
 * are (name, defaultValue[, choices], label), by position or by keyword.
 * https://docs.databricks.com/aws/en/dev-tools/databricks-utils#widgets-utility-dbutilswidgets
 */
export function* findDbutilsCalls(code: TokenizedCode): Generator<CodeDeclaration> {
  for (let index = 0; index < code.tokens.length; index += 1) {
    const call = methodAt(code, index);
    const close = call && isSymbol(code, call.open, "(") ? closingBracket(code, call.open) : undefined;
    if (!call || close === undefined) continue;
    const positions = call.method === "text" ? ["name", "defaultValue"] : ["name", "defaultValue", "choices"];
    const given = readArguments(code, { from: call.open + 1, to: close }, positions);
    const name = given.named.get("name");
    const widget = name && stringOf(code, constantString(code, name));
    if (widget === undefined) continue;
    const choices = given.named.get("choices");
    yield {
      widget,
      kind: call.method,
      start: code.tokens[index]!.start,
      default: readDefault(code, given.named.get("defaultValue") ?? given.unpacked),
      choices: choices ? readChoices(code, choices) : { values: [], complete: false },
    };
  }
}

/** The method of `dbutils.widgets.<method>` at `index`, and the index of the token after it. */
function methodAt(code: TokenizedCode, index: number): { method: string; open: number } | undefined {
  const first = nameAt(code, index);
  if (code.language === "r") {
    const method = first?.startsWith("dbutils.widgets.") ? first.slice("dbutils.widgets.".length) : "";
    return methods.has(method) ? { method, open: index + 1 } : undefined;
  }
  if (first !== "dbutils" || nameAt(code, index + 2) !== "widgets") return undefined;
  if (!isSymbol(code, index + 1, ".") || !isSymbol(code, index + 3, ".")) return undefined;
  const method = nameAt(code, index + 4) ?? "";
  return methods.has(method) ? { method, open: index + 5 } : undefined;
}

/** Arguments by their names; `unpacked` is the first `*…` or `**…`, which may contain those that are not named. */
function readArguments(code: TokenizedCode, range: TokenRange, positions: string[]) {
  const named = new Map<string, TokenRange>();
  let unpacked: TokenRange | undefined;
  for (const [position, argument] of splitAtCommas(code, range).entries()) {
    const keyword = isKeyword(code, argument.from) ? nameAt(code, argument.from)! : undefined;
    if (isSymbol(code, argument.from, "*")) unpacked ??= argument;
    else if (keyword) {
      named.set(nameKeywords.includes(keyword) ? "name" : keyword, {
        from: argument.from + 2,
        to: argument.to,
      });
    } else if (!unpacked && positions[position]) named.set(positions[position], argument);
  }
  return { named, unpacked };
}

function isKeyword(code: TokenizedCode, index: number): boolean {
  const equals = code.tokens[index + 1];
  if (nameAt(code, index) === undefined || !isSymbol(code, index + 1, "=")) return false;
  return code.text[equals!.end] !== "=";
}

function readDefault(code: TokenizedCode, range: TokenRange | undefined): CodeDeclaration["default"] {
  if (!range || range.from >= range.to) return "missing";
  const constant = constantString(code, range);
  if (constant) return { start: constant.start, end: constant.end, literal: true };
  return { start: code.tokens[range.from]!.start, end: code.tokens[range.to - 1]!.end, literal: false };
}

/** `["a", "b"]`, `("a", "b")`, `Seq("a", "b")`, `list("a", "b")`, `as.list(c("a", "b"))`. */
function readChoices(code: TokenizedCode, range: TokenRange): { values: string[]; complete: boolean } {
  let { from, to } = range;
  while (nameAt(code, from) && isListName(nameAt(code, from)!)) {
    from += 1;
    if (isSymbol(code, from, "(") && closingBracket(code, from) === to - 1 && nameAt(code, from + 1)) {
      from += 1;
      to -= 1;
    }
  }
  const bracketed = isSymbol(code, from, "(") || isSymbol(code, from, "[");
  if (!bracketed || closingBracket(code, from) !== to - 1) return { values: [], complete: false };
  const items = splitAtCommas(code, { from: from + 1, to: to - 1 });
  const values = items.map((item) => stringOf(code, constantString(code, item)));
  return { values: values.filter((value) => value !== undefined), complete: !values.includes(undefined) };
}

function isListName(name: string): boolean {
  return ["Seq", "List", "Vector", "Array", "IndexedSeq", "list", "c", "as.list", "tuple"].includes(name);
}
