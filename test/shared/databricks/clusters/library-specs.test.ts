import assert from "node:assert/strict";
import { describeLibrary, parseLibraries } from "../../../../shared/databricks/clusters/library-specs.ts";

describe("the libraries input", () => {
  it("the libraries input accepts a PyPI requirement or kind:value on each line", () => {
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
    it(`the libraries input accepts ${line}, which is described as ${words}`, () => {
      assert.deepEqual(parseLibraries(`\r\n  ${line}  \r\n# whl:/not.whl\r\n`), [library]);
      assert.equal(describeLibrary(library), words);
    });

  it("the libraries input accepts a line as a PyPI requirement if it only looks like a kind", () => {
    const lines = ["whl:", "Pypi:pandas"];
    assert.deepEqual(
      parseLibraries(lines.join("\n")),
      lines.map((line) => ({ pypi: { package: line } })),
    );
  });

  it("the libraries input is refused with a list of the kinds if a kind is unknown", () => {
    assert.throws(() => parseLibraries("egg:/a.egg"), {
      message:
        'Could not read the library "egg:/a.egg" in the input \'libraries\': its kind "egg" is unknown; use one of pypi, whl, jar, requirements, maven, cran.',
    });
  });

  it("the libraries input is refused with the nearest kind if a kind is misspelt", () =>
    assert.throws(() => parseLibraries("mavn:g:a:1"), /its kind "mavn" is unknown; did you mean "maven"\?/));

  it("the libraries input accepts the JSON list of the Libraries API", () => {
    const libraries = parseLibraries('[{"pypi": {"package": "pandas", "repo": "https://pypi.example"}}]');
    assert.deepEqual(libraries, [{ pypi: { package: "pandas", repo: "https://pypi.example" } }]);
  });

  it("the libraries input may be absent", () => assert.deepEqual(parseLibraries(undefined), []));

  it("the libraries input is refused if it begins with [ but is not JSON", () =>
    assert.throws(
      () => parseLibraries("[{"),
      /^Error: Could not read the input 'libraries' as JSON, because it begins with \[: /,
    ));

  it("the libraries input is described in words", () => {
    assert.deepEqual(parseLibraries("pandas\njar:/a.jar\nmaven:g:a:1").map(describeLibrary), [
      "pypi pandas",
      "jar /a.jar",
      "maven g:a:1",
    ]);
  });
});
