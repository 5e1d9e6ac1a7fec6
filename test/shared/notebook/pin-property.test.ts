// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text is code of other languages
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { languages } from "../../../shared/notebook/languages/language.ts";
import { pinNotebook } from "../../../shared/notebook/pin.ts";
import { fill, generatedNotebook, widgetName } from "./generated-notebook.ts";

/** Values a person may pin, and what quoting trips over. */
const value = fc.oneof(
  fc.constantFrom(
    "1.0.0",
    "",
    `it's "x"`,
    "a\\",
    "\\n",
    "$x ${y}",
    "a\nb\r\nc\t",
    ')---"',
    "Köln 🌦",
    '"""',
    "'''",
  ),
  fc.string({ unit: "binary" }).filter((text) => !/[\0\p{Surrogate}]/u.test(text)),
);

describe("pinning any notebook", () => {
  it("pinning any notebook changes the defaults of the widget and no other byte in every format and language, and nothing the second time", () => {
    fc.assert(
      fc.property(generatedNotebook, value, (notebook, text) => {
        const before = fill(
          notebook,
          notebook.literals.map(({ literal }) => literal),
        );
        const pin = { widget: widgetName, value: text };
        const pinned = pinNotebook(notebook.file, before, pin);
        const expected = notebook.literals.map(({ language, literal }) => {
          const { decode, encode } = languages[language];
          return decode(literal) === text ? literal : encode(text, literal)!;
        });
        assert.equal(pinned.content.toString("latin1"), fill(notebook, expected).toString("latin1"));
        assert.equal(pinned.declarations, notebook.literals.length);
        assert.equal(pinNotebook(notebook.file, pinned.content, pin).changed, false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("pinning any notebook changes only the sources in the parsed document of an ipynb", () => {
    const ipynb = generatedNotebook.filter(({ file }) => file.endsWith(".ipynb"));
    fc.assert(
      fc.property(ipynb, value, (notebook, text) => {
        const before = fill(
          notebook,
          notebook.literals.map(({ literal }) => literal),
        );
        const { content } = pinNotebook(notebook.file, before, { widget: widgetName, value: text });
        assert.deepEqual(withoutSources(content), withoutSources(before));
      }),
      { numRuns: 200 },
    );
  });
});

describe("pinned literals", () => {
  const models = {
    python: ['"0"', "'0'", '"""0"""', "'''0'''", 'r"0"', "R'''0'''", 'u"0"'],
    sql: ['"0"', "'0'", "r'0'", 'R"0"'],
    scala: ['"0"', '"""0"""'],
    r: ['"0"', "'0'", 'r"(0)"', "R'--{0}--'"],
  } as const;

  for (const [language, forms] of Object.entries(models)) {
    it(`a pinned literal is read back as the value, as one token on one line, in ${language}`, () => {
      const { tokens, decode, encode } = languages[language as keyof typeof models];
      fc.assert(
        fc.property(value, fc.constantFrom(...forms), (text, model) => {
          const literal = encode(text, model)!;
          assert.equal(decode(literal), text);
          assert.doesNotMatch(literal, /[\r\n]/);
          const bytes = Buffer.from(literal).toString("latin1");
          assert.deepEqual(tokens(bytes), [{ kind: "string", start: 0, end: bytes.length, constant: true }]);
        }),
      );
    });
  }

  it("a pinned literal contains no parameter in SQL that the platform would replace", () => {
    const { decode, encode } = languages.sql;
    for (const [model, literal] of [
      ["'0'", "'\\u0024a \\u0024{b} $1'"],
      ['r"0"', '"\\u0024a \\u0024{b} $1"'],
    ] as const) {
      assert.equal(encode("$a ${b} $1", model), literal);
      assert.equal(decode(literal), "$a ${b} $1");
    }
  });

  it("a pinned literal is read by Python itself as the value", () => {
    const cases = fc.sample(fc.tuple(value, fc.constantFrom(...models.python)), { numRuns: 500, seed: 4 });
    const literals = cases.map(([text, model]) => languages.python.encode(text, model)!);
    const script =
      "import ast, json, sys; print(json.dumps([ast.literal_eval(x) for x in json.load(sys.stdin)]))";
    const answer = execFileSync(python(), ["-c", script], {
      input: JSON.stringify(literals),
      encoding: "utf8",
    });
    assert.deepEqual(
      JSON.parse(answer),
      cases.map(([text]) => text),
    );
  });
});

function withoutSources(content: Buffer): unknown {
  const document = JSON.parse(content.toString().replace(/^\ufeff/, ""));
  for (const cell of document.cells) {
    const source = Array.isArray(cell.source) ? cell.source.join("") : cell.source;
    cell.source = typeof source;
  }
  return document;
}

/** The Python of the project's environment, if there is one. */
function python(): string {
  const root = join(import.meta.dirname, "../../..");
  const own = [join(root, ".venv/bin/python"), join(root, ".venv/Scripts/python.exe")].find(existsSync);
  return own ?? (process.platform === "win32" ? "python" : "python3");
}
