import { decodePython, encodePython } from "./python-literals.ts";
import { pythonTokens } from "./python-tokens.ts";
import { decodeR, encodeR } from "./r-literals.ts";
import { rTokens } from "./r-tokens.ts";
import { decodeScala, encodeScala } from "./scala-literals.ts";
import { scalaTokens } from "./scala-tokens.ts";
import { decodeSql, encodeSql } from "./sql-literals.ts";
import { sqlTokens } from "./sql-tokens.ts";
import type { Token } from "./token.ts";

export type LanguageName = "python" | "sql" | "scala" | "r";

interface Language {
  /** The tokens of a cell, given as a byte string. Never fails: invalid code gives tokens that match nothing. */
  tokens(text: string): Token[];
  /** The value of a string literal, given as text and not as a byte string; undefined if it cannot be known. */
  decode(literal: string): string | undefined;
  /** A literal for `value`, in the form of `model` if possible; undefined if the language has no such string. */
  encode(value: string, model: string): string | undefined;
}

export const languages: Readonly<Record<LanguageName, Language>> = {
  python: { tokens: pythonTokens, decode: decodePython, encode: encodePython },
  sql: { tokens: sqlTokens, decode: decodeSql, encode: encodeSql },
  scala: { tokens: scalaTokens, decode: decodeScala, encode: encodeScala },
  r: { tokens: rTokens, decode: decodeR, encode: encodeR },
};
