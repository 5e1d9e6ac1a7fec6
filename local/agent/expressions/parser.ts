import { type Token, tokenize } from "./tokens.ts";
import type { Value } from "./values.ts";

export type Expression =
  | { type: "literal"; value: Value }
  | { type: "name"; name: string }
  | { type: "call"; name: string; arguments: Expression[] }
  | { type: "member"; object: Expression; key: Expression }
  | { type: "wildcard"; object: Expression };

/* The limits of the expression library (ExpressionConstants.cs). */
const maxDepth = 50;
const maxLength = 21_000;

/** Parses an expression of Azure Pipelines: literals, names, function calls, `a.b`, `a['b']`, `a.*`. @throws Error with one phrase */
export function parseExpression(source: string): Expression {
  if (source.length > maxLength)
    throw new Error(
      `the expression is longer than ${maxLength} characters, which is the limit of Azure Pipelines`,
    );
  return new Parser(source).whole();
}

class Parser {
  readonly #source: string;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source.trim();
    this.#tokens = tokenize(source);
  }

  whole(): Expression {
    const expression = this.#expression();
    if (this.#at < this.#tokens.length) throw this.#error(`unexpected text ${this.#place()}`);
    return expression;
  }

  #expression(): Expression {
    let object = this.#primary();
    // Text, numbers and versions have no members.
    if (object.type === "literal") return object;
    for (;;) {
      if (this.#take(".")) object = this.#dereference(object);
      else if (this.#take("[")) object = this.#nested("]", () => this.#index(object));
      else return object;
    }
  }

  #primary(): Expression {
    const token = this.#next();
    if (token.type === "literal") return { type: "literal", value: token.value };
    if (token.type !== "name") throw this.#error(`unexpected ${token.text}`);
    if (!this.#take("(")) return { type: "name", name: token.text };
    return this.#nested(")", () => ({ type: "call", name: token.text, arguments: this.#arguments() }));
  }

  #arguments(): Expression[] {
    if (this.#peek(")")) return [];
    const parameters = [this.#expression()];
    while (this.#take(",")) parameters.push(this.#expression());
    return parameters;
  }

  #dereference(object: Expression): Expression {
    if (this.#take("*")) return { type: "wildcard", object };
    const token = this.#tokens[this.#at++];
    if (token?.type !== "property") throw this.#error("expected a name after .");
    return { type: "member", object, key: { type: "literal", value: token.text } };
  }

  #index(object: Expression): Expression {
    return this.#take("*")
      ? { type: "wildcard", object }
      : { type: "member", object, key: this.#expression() };
  }

  /** What is between brackets. */
  #nested(end: string, read: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth >= maxDepth)
      throw new Error(
        `the expression is nested ${maxDepth} levels deep, which Azure Pipelines does not allow`,
      );
    const expression = read();
    if (!this.#take(end)) throw this.#error(`expected ${end} ${this.#place()}`);
    this.#depth -= 1;
    return expression;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error(`the expression ends too early: ${this.#source}`);
    this.#at += 1;
    return token;
  }

  #peek(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.type === "sign" && token.text === text;
  }

  #take(text: string): boolean {
    const isNext = this.#peek(text);
    if (isNext) this.#at += 1;
    return isNext;
  }

  #place(): string {
    const token = this.#tokens[this.#at];
    return token === undefined ? "at the end" : `at ${token.text}`;
  }

  #error(problem: string): Error {
    return new Error(`${problem} in the expression: ${this.#source}`);
  }
}
