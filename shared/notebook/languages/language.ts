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

export interface Language {
  /** Cuts a cell, as a byte string, into tokens; never fails: code that is broken gives tokens that match nothing. */
  tokens(text: string): Token[];
  /** The value of a constant string token, written as text (not bytes); undefined where it cannot be known. */
  decode(literal: string): string | undefined;
  /** A literal of `value` in the form of `model` where that can hold it; undefined where the language has no such string. */
  encode(value: string, model: string): string | undefined;
}

export const languages: Readonly<Record<LanguageName, Language>> = {
  python: { tokens: pythonTokens, decode: decodePython, encode: encodePython },
  sql: { tokens: sqlTokens, decode: decodeSql, encode: encodeSql },
  scala: { tokens: scalaTokens, decode: decodeScala, encode: encodeScala },
  r: { tokens: rTokens, decode: decodeR, encode: encodeR },
};
