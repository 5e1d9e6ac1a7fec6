import assert from "node:assert/strict";
import { comparableCells } from "../../../../shared/notebook/fabric/comparable-cells.ts";

const ipynb = (cells: object[], rest: object = {}) =>
  comparableCells({
    format: "ipynb",
    parts: [{ path: "notebook-content.ipynb", content: JSON.stringify({ cells, ...rest }) }],
  });
const source = (content: string) =>
  comparableCells({ format: "fabricGitSource", parts: [{ path: "notebook-content.py", content }] });
const code = { cell_type: "code", source: ["a = 1\n", "b = 2"], metadata: {}, outputs: [] };

const fabricSource = `# Fabric notebook source

# METADATA ********************

# META { "kernel_info": { "name": "synapse_pyspark" } }

# CELL ********************

a = 1

# METADATA ********************

# META { "language": "python" }
`;

describe("the cells of a Fabric notebook, to compare them", () => {
  for (const [what, other] of [
    ["its text in one string", { ...code, source: "a = 1\nb = 2" }],
    ["line ends of Windows and one more at its end", { ...code, source: "a = 1\r\nb = 2\r\n" }],
    [
      "an id, outputs and metadata of its own",
      { ...code, id: "1", outputs: [{}], metadata: { collapsed: true } },
    ],
  ] as const)
    it(`a cell of an ipynb is the same with ${what}`, () => {
      assert.equal(ipynb([other]), ipynb([code]));
    });

  it("an ipynb has the same cells with a lakehouse that somebody attached, and an empty cell at its end", () => {
    const attached = { metadata: { dependencies: { lakehouse: { default_lakehouse: "x" } } } };
    assert.equal(ipynb([code, { cell_type: "code", source: [] }], attached), ipynb([code]));
  });

  for (const [what, cells] of [
    ["another text", [{ ...code, source: "a = 2" }]],
    ["another indentation", [{ ...code, source: "  a = 1\nb = 2" }]],
    ["one cell more", [code, code]],
    ["the cell as markdown", [{ ...code, cell_type: "markdown" }]],
    ["the cell for parameters", [{ ...code, metadata: { tags: ["parameters"] } }]],
  ] as const)
    it(`an ipynb differs with ${what}`, () => {
      assert.notEqual(ipynb([...cells]), ipynb([code]));
    });

  it("a source form has the same cells whatever its metadata and the blank lines around a cell", () => {
    assert.equal(
      source(fabricSource.replace(/# META \{.*/g, "# META {}").replace("a = 1\n", "\na = 1\n\n")),
      source(fabricSource),
    );
  });

  for (const [what, change] of [
    ["another text", ["a = 1", "a = 2"]],
    ["a parameters cell", ["# CELL *", "# PARAMETERS CELL *"]],
    ["a markdown cell", ["# CELL *", "# MARKDOWN *"]],
  ] as const)
    it(`a source form differs with ${what}`, () => {
      assert.notEqual(source(fabricSource.replace(...(change as [string, string]))), source(fabricSource));
    });

  it("what is not a notebook any more has no cells to compare", () => {
    assert.equal(ipynb([], { cells: "none" }), undefined);
    assert.equal(source("a = 1\n"), undefined);
    assert.equal(comparableCells({ format: "ipynb", parts: [] }), undefined);
  });
});
