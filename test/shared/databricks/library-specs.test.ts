import assert from "node:assert/strict";
import { describeLibrary, parseLibraries } from "../../../shared/databricks/library-specs.ts";

describe("libraries input", () => {
  it("takes a PyPI requirement, or kind and what, one a line", () => {
    const libraries = parseLibraries(
      `
      pandas==2.2.3
      # tools
      pypi: great-tables
      whl:/Workspace/Shared/weather-1.0.0-py3-none-any.whl
      maven:com.databricks:spark-xml_2.12:0.18.0
      requirements:/Workspace/Shared/requirements.txt
      `,
    );
    assert.deepEqual(libraries, [
      { pypi: { package: "pandas==2.2.3" } },
      { pypi: { package: "great-tables" } },
      { whl: "/Workspace/Shared/weather-1.0.0-py3-none-any.whl" },
      { maven: { coordinates: "com.databricks:spark-xml_2.12:0.18.0" } },
      { requirements: "/Workspace/Shared/requirements.txt" },
    ]);
  });

  it("takes the JSON list of the Libraries API", () => {
    const libraries = parseLibraries('[{"pypi": {"package": "pandas", "repo": "https://pypi.example"}}]');
    assert.deepEqual(libraries, [{ pypi: { package: "pandas", repo: "https://pypi.example" } }]);
  });

  it("is empty where nothing is given", () => assert.deepEqual(parseLibraries(undefined), []));

  it("names a kind that it does not know", () =>
    assert.throws(
      () => parseLibraries("egg:/a.egg"),
      /"egg:\/a.egg" is of the unknown kind "egg"; use one of pypi/,
    ));

  it("says where JSON that begins as JSON is none", () =>
    assert.throws(() => parseLibraries("[{"), /because they begin with "\["/));

  it("writes a library as a person does", () => {
    assert.deepEqual(parseLibraries("pandas\njar:/a.jar\nmaven:g:a:1").map(describeLibrary), [
      "pypi pandas",
      "jar /a.jar",
      "maven g:a:1",
    ]);
  });
});
