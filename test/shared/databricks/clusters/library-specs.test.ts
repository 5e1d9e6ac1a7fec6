import assert from "node:assert/strict";
import { describeLibrary, parseLibraries } from "../../../../shared/databricks/clusters/library-specs.ts";

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

  for (const [line, library, words] of [
    ["pandas", { pypi: { package: "pandas" } }, "pypi pandas"],
    ["pandas[sql] >= 2, < 3", { pypi: { package: "pandas[sql] >= 2, < 3" } }, "pypi pandas[sql] >= 2, < 3"],
    ["pypi:pandas==2", { pypi: { package: "pandas==2" } }, "pypi pandas==2"],
    ["maven:g:a:1", { maven: { coordinates: "g:a:1" } }, "maven g:a:1"],
    ["cran: forecast", { cran: { package: "forecast" } }, "cran forecast"],
    ["whl:/a.whl", { whl: "/a.whl" }, "whl /a.whl"],
    ["jar:  /a.jar", { jar: "/a.jar" }, "jar /a.jar"],
    ["requirements:/r.txt", { requirements: "/r.txt" }, "requirements /r.txt"],
  ] as const)
    it(`takes ${line}, and writes it as ${words}`, () => {
      assert.deepEqual(parseLibraries(`\r\n  ${line}  \r\n# whl:/not.whl\r\n`), [library]);
      assert.equal(describeLibrary(library), words);
    });

  it("takes a line for a PyPI requirement that only looks like a kind", () => {
    const lines = ["whl:", "Pypi:pandas"];
    assert.deepEqual(
      parseLibraries(lines.join("\n")),
      lines.map((line) => ({ pypi: { package: line } })),
    );
  });

  it("names every kind where it does not know one", () => {
    assert.throws(() => parseLibraries("egg:/a.egg"), {
      message:
        'Read the libraries, where "egg:/a.egg" is of the unknown kind "egg"; use one of pypi, whl, jar, requirements, maven, cran.',
    });
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
