import { type Value, Version } from "./values.ts";

export type Expression =
  | { type: "literal"; value: Value }
  | { type: "name"; name: string }
  | { type: "call"; name: string; arguments: Expression[] }
  | { type: "member"; object: Expression; key: Expression }
  | { type: "wildcard"; object: Expression };

type Token = { type: "literal"; value: Value } | { type: "name" | "sign"; text: string };

/** Parses an expression of Azure Pipelines: literals, names, function calls, `a.b`, `a['b']`, `a.*`. @throws Error with one phrase */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let at = 0;
  const peek = (text: string) => {
    const token = tokens[at];
    return token?.type === "sign" && token.text === text;
  };
  const take = (text: string) => {
    if (!peek(text)) return false;
    at += 1;
    return true;
  };
  const expect = (text: string) => {
    if (!take(text))
      throw new Error(`expected ${text} ${placeOf(tokens[at])} in the expression: ${source.trim()}`);
  };

  const primary = (): Expression => {
    const token = tokens[at];
    if (token === undefined) throw new Error(`the expression ends too early: ${source.trim()}`);
    at += 1;
    if (token.type === "literal") return token;
    if (token.type === "name") return peek("(") ? call(token.text) : { type: "name", name: token.text };
    if (token.text === "(") {
      const inner = expression();
      expect(")");
      return inner;
    }
    throw new Error(`unexpected ${token.text} in the expression: ${source.trim()}`);
  };
  const call = (name: string): Expression => {
    expect("(");
    const parameters: Expression[] = [];
    if (take(")")) return { type: "call", name, arguments: parameters };
    do parameters.push(expression());
    while (take(","));
    expect(")");
    return { type: "call", name, arguments: parameters };
  };
  const expression = (): Expression => {
    let object = primary();
    for (;;) {
      if (take(".")) {
        const token = tokens[at];
        at += 1;
        if (token?.type === "sign" && token.text === "*") object = { type: "wildcard", object };
        else if (token?.type === "name")
          object = { type: "member", object, key: { type: "literal", value: token.text } };
        else throw new Error(`expected a name after . in the expression: ${source.trim()}`);
      } else if (take("[")) {
        if (take("*")) object = { type: "wildcard", object };
        else object = { type: "member", object, key: expression() };
        expect("]");
      } else return object;
    }
  };

  const whole = expression();
  if (at < tokens.length)
    throw new Error(`unexpected text ${placeOf(tokens[at])} in the expression: ${source.trim()}`);
  return whole;
}

function placeOf(token: Token | undefined): string {
  if (token === undefined) return "at the end";
  return `at ${token.type === "literal" ? String(token.value) : token.text}`;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|'((?:[^']|'')*)'|(-?\d*\.?\d[\w.]*)|([A-Za-z_][\w-]*)|([()[\],.*])/y;
  while (pattern.lastIndex < source.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match)
      throw new Error(
        `unexpected ${JSON.stringify(source.slice(start, start + 10))} in the expression: ${source.trim()}`,
      );
    const [, text, number, name, sign] = match;
    if (text !== undefined) tokens.push({ type: "literal", value: text.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ type: "literal", value: readNumber(number) });
    else if (name !== undefined) tokens.push(readName(name, tokens.at(-1)));
    else if (sign !== undefined) tokens.push({ type: "sign", text: sign });
  }
  return tokens;
}

function readName(name: string, before: Token | undefined): Token {
  const isKey = before?.type === "sign" && before.text === ".";
  const literal = { true: true, false: false, null: null }[name.toLowerCase()];
  return literal === undefined || isKey ? { type: "name", text: name } : { type: "literal", value: literal };
}

function readNumber(text: string): Value {
  const value =
    /^-?0x[\da-f]+$/i.test(text) || /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  const version = Version.parse(text);
  if (version) return version;
  throw new Error(`${text} is neither a number nor a version`);
}
