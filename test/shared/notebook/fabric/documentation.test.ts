import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { readFabricProject } from "../../../../shared/notebook/fabric/fabric-project.ts";
import { parameterWarnings } from "../../../../shared/notebook/fabric/parameter-warnings.ts";
import { pinNotebook } from "../../../../shared/notebook/pin.ts";
import { cellsOf, projectOf } from "./project.ts";

const root = path.join(import.meta.dirname, "..", "..", "..", "..");

describe("what the documentation shows of Fabric", () => {
  it("the notebook for both platforms in docs/fabric.md has a parameters cell and no warnings", async () => {
    const page = readFileSync(path.join(root, "docs", "fabric.md"), "utf8");
    const source = /^```python\n(.*?)^```/ms.exec(page)![1]!;
    const project = await projectOf({ "a.py": source });
    const [notebook] = project.notebooks;
    assert.equal(cellsOf(notebook!)[0], 'code:# Parameters\nday = "2026-01-01"');
    assert.deepEqual(notebook!.remarks, []);
    assert.deepEqual(parameterWarnings(["day"], project), []);
    const pinned = pinNotebook("a.py", Buffer.from(source), { widget: "day", value: "2026-02-01" });
    assert.equal(pinned.declarations, 1, "the widget, as the page says");
  });

  it("the notebooks of the example are Fabric's own, include the model, and can be pinned", async () => {
    const folder = path.join(root, "examples", "fabric-lakehouse", "notebooks");
    const project = await readFabricProject(folder, ["!employment_model.Notebook"]);
    assert.deepEqual(
      project.notebooks.map(({ name, includes, remarks }) => [name, includes, remarks]),
      [
        ["check_employment", ["employment_model"], []],
        ["load_employment", ["employment_model"], []],
      ],
    );
    assert.deepEqual(
      project.included.map(({ name, remarks }) => [name, remarks]),
      [["employment_model", []]],
    );
    const parameters = ["package_version", "table_prefix", "keep_tables"];
    assert.deepEqual([...project.warnings, ...parameterWarnings(parameters, project)], []);
    for (const { path: file, definition } of project.notebooks) {
      const content = Buffer.from(definition.parts[0]!.content);
      const pinned = pinNotebook(file, content, { widget: "package_version", value: "1.2.3" });
      assert.equal(
        pinned.content.toString(),
        content.toString().replace('package_version = "0.0.0"', 'package_version = "1.2.3"'),
      );
    }
  });
});
