import assert from "node:assert/strict";
import fc from "fast-check";
import { type LanguageName, languages } from "../../../shared/notebook/languages/language.ts";

const names = Object.keys(languages) as LanguageName[];

/** What the languages' strings, comments and nestings are made of. */
const fragment = fc.constantFrom(
  ...[
    "'",
    '"',
    '"""',
    "'''",
    "`",
    "\\",
    "\n",
    "\r\n",
    " ",
    "#",
    "//",
    "--",
    "/*",
    "*/",
    "{",
    "}",
    "${",
    "(",
    ")",
    "[",
  ],
  ...[
    "]",
    "f",
    "r",
    "s",
    "b",
    "R",
    "f'{",
    'f"{',
    's"${',
    'r"(',
    ')"',
    ":",
    "!",
    "=",
    ",",
    "$",
    "x",
    "1e-5",
    "%",
    "\xc3\xa9",
  ],
);
const code = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map((fragments) => fragments.join("")),
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString("latin1")),
);

describe("tokens of any text", () => {
  for (const name of names) {
    it(`tokens are in order and inside any text in ${name}`, () => {
      fc.assert(
        fc.property(code, (text) => {
          let at = 0;
          for (const { start, end } of languages[name].tokens(text)) {
            assert.ok(start >= at && end > start && end <= text.length);
            at = end;
          }
        }),
        { numRuns: 2_000 },
      );
    });
  }
});

describe("IPython's own lines", () => {
  it("IPython's own lines have no tokens, so that a quote in them does not begin a string", () => {
    const tokens = languages.python.tokens("!echo \"\"\"\n  %pip install x'''\na % b");
    assert.deepEqual(
      tokens.map(({ kind }) => kind),
      ["newline", "newline", "name", "symbol", "name"],
    );
  });
});

describe("tokens of hostile text", () => {
  const hostile: [what: string, text: string][] = [
    ["nested f-strings that never end", 'f"{'.repeat(20_000)],
    ["nested f-strings", `${'f"{'.repeat(5_000)}1${'}"'.repeat(5_000)}`],
    ["nested formats", `f"{x:${"{x:".repeat(20_000)}`],
    ["nested interpolations", 's"${'.repeat(20_000)],
    ["nested comments", "/*".repeat(20_000)],
    ["a long comment", `-- ${"x".repeat(10_000_000)}`],
    ["a long number", "1".repeat(10_000_000)],
    ["an open backtick", `\`${"\\x".repeat(100_000)}`],
    ["unclosed brackets", "([{".repeat(100_000)],
    ["many escapes", `"${"\\".repeat(1_000_001)}`],
  ];
  for (const [what, text] of hostile) {
    it(`finds the tokens of hostile text in time: ${what}`, () => {
      for (const name of names) assert.ok(languages[name].tokens(text).length >= 0);
    });
  }
});
