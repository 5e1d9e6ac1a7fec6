import assert from "node:assert/strict";
import {
  readNotebookExport,
  withExport,
  withExportedTexts,
} from "../../../shared/results/notebook-export.ts";
import { htmlReport } from "../../../shared/results/report/html-report.ts";
import { notebookPage } from "../../../shared/results/report/notebook-page.ts";
import { safePage } from "../../../shared/results/report/safe-page.ts";
import { resultsOfNotebooks } from "../../../shared/results/test-results.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";
import { matchesGolden } from "./golden.ts";
import { weatherRun } from "./weather-run.ts";

/** A page as `jobs/runs/export` returns it: a script draws the value of its variable. */
function exported(model: unknown): string {
  const encoded = Buffer.from(encodeURIComponent(JSON.stringify(model))).toString("base64");
  return `<!DOCTYPE html>\n<html><head><script>var __DATABRICKS_NOTEBOOK_MODEL = '${encoded}';</script>
<script src="https://databricks-prod-cloudfront.cloud.databricks.com/static/js/notebook-main.js"></script></head></html>`;
}

const failedNotebook = {
  name: "weather-quality",
  language: "python",
  commands: [
    {
      position: 3,
      command: "problems = find_problems(observations)\nassert not problems",
      state: "error",
      results: null,
      errorSummary: "<span class='ansi-red-fg'>AssertionError</span>: 2 days &lt; 0 °C",
      error:
        "<div class='ansiout'><span>AssertionError</span>  Traceback\n----&gt; 2 assert not problems</div>",
    },
    { position: 1, command: "%md\n# Quality of the weather tables", state: "finished", results: null },
    {
      position: 2,
      command: "%sql\nSELECT station, rows FROM silver_days",
      state: "finished",
      results: {
        type: "listResults",
        data: [
          { type: "ansi", data: "\u001b[32mread\u001b[0m 1461 rows" },
          {
            type: "table",
            schema: [{ name: "station" }, { name: "rows" }],
            data: [
              ["Seattle <SEA>", 1461],
              [null, { a: 1 }],
            ],
          },
          { type: "mimeBundle", data: { "text/html": "<b>bold</b>", "text/plain": "bold" } },
          { type: "image", data: "iVBORw0KGgo=" },
        ],
      },
    },
    { position: 4, command: "dbutils.notebook.exit('ok')", state: "skipped", results: null },
  ],
};

describe("exported notebooks", () => {
  const [, quality] = weatherRun().notebooks!;
  const { failingCell: _, trace: __, ...untold } = quality!;

  it("an exported notebook contains the cell that failed, and the traceback without its colours", () => {
    const { failingCell, trace } = withExport(untold, exported(failedNotebook));
    assert.deepEqual(failingCell, {
      number: 3,
      language: "python",
      source: "problems = find_problems(observations)\nassert not problems",
    });
    assert.equal(trace, "AssertionError  Traceback\n----> 2 assert not problems");
  });

  it("an exported notebook neither replaces the known cause of a failure nor fails a notebook that passed", () => {
    assert.equal(withExport(quality!, exported(failedNotebook)).failingCell, quality!.failingCell);
    assert.equal(
      withExport({ ...untold, outcome: "passed" }, exported(failedNotebook)).failingCell,
      undefined,
    );
  });

  it("an exported notebook adds the traceback to a failure that has none, and replaces no other", () => {
    const { failingCell: cell, trace } = quality!;
    assert.equal(withExport({ ...untold, trace: "known" }, exported(failedNotebook)).trace, "known");
    assert.deepEqual(withExport(quality!, exported(failedNotebook)), {
      ...quality,
      failingCell: cell,
      trace,
      exportedHtml: exported(failedNotebook),
    });
    assert.equal(withExport({ ...untold, outcome: "passed" }, exported(failedNotebook)).trace, undefined);
  });

  it("an exported notebook masks every text of the page, of its encoded notebook and of a page in another format", () => {
    const mask = (text: string) => text.replaceAll("s3cret", "***");
    const command = {
      command: "token = 's3cret'",
      state: "finished",
      results: { type: "listResults", data: [{ type: "ansi", data: "s3cret" }] },
    };
    const page = `<!-- s3cret -->${exported({ commands: [command] })}<!-- s3cret -->`;
    const masked = withExportedTexts(page, mask);
    assert.equal(
      masked,
      `<!-- *** -->${exported(JSON.parse(mask(JSON.stringify({ commands: [command] }))))}<!-- *** -->`,
    );
    assert.equal(withExportedTexts("<p>s3cret</p>", mask), "<p>***</p>");
  });

  it("an exported notebook shows the text of an output only if there is any", () => {
    const cells = readNotebookExport(
      exported({
        commands: [{ results: { type: "ansi", data: " \n" } }, { results: { type: "ansi", data: "x" } }],
      }),
    );
    assert.deepEqual(
      cells?.map(({ outputs }) => outputs.length),
      [0, 1],
    );
  });

  it("an exported notebook becomes a page without scripts, as in its golden file", () => {
    matchesGolden(notebookPage(exported(failedNotebook)), "notebook-page.html");
  });

  it("an exported notebook shows the pictures of its cells instead of the text that stands for them, up to 2 MB", () => {
    const cell = (results: unknown) => notebookPage(exported({ commands: [{ results }] }));
    const figure = { "text/plain": "<Figure size 640x480 with 1 Axes>" };
    const bundle = (more: object) => cell({ type: "mimeBundle", data: { ...figure, ...more } });
    const png = '<img alt="Picture that the cell shows" src="data:image/png;base64,iVBORw0KGgo=">';
    for (const page of [
      bundle({ "image/png": "iVBORw0K\nGgo=\n" }),
      cell({ type: "image", data: "iVBORw0KGgo=" }),
      cell({ type: "image", data: "data:image/png;base64,iVBORw0KGgo=" }),
    ]) {
      assert.ok(page.includes(png), page);
      assert.doesNotMatch(page, /Figure size/);
    }
    assert.match(bundle({ "image/jpeg": "/9j/" }), /src="data:image\/jpeg;base64,\/9j\/"/);
    assert.match(
      bundle({ "image/svg+xml": "<svg>é</svg>" }),
      /src="data:image\/svg\+xml;base64,PHN2Zz7DqTwvc3ZnPg=="/,
    );
    assert.match(
      bundle({ "image/png": "A".repeat(2_000_001) }),
      /<p>A picture of 2 MB; open the run to see it\.<\/p>/,
    );
    assert.match(bundle({}), /&lt;Figure size 640x480 with 1 Axes&gt;/);
  });

  for (const [source, language] of [
    ["%sql\nSELECT 1", "sql"],
    ["  %SQL SELECT 1", "sql"],
    ["%%sql\nSELECT 1", "sql"],
    ["%md\n# Title", "markdown"],
    ["%md-sandbox\n# Title", "markdown"],
    ["%sh ls", "shell"],
    ["%pip install a", "shell"],
    ["%%pyspark\nprint(1)", "python"],
    ["SELECT 1", "scala"],
    ["%sqlite\n1", "scala"],
    ["%timeit f()", "scala"],
    ["%constructor", "scala"],
  ] as const)
    it(`an exported notebook in Scala has the language ${language} in the cell ${JSON.stringify(source)}`, () =>
      assert.equal(
        readNotebookExport(exported({ language: "Scala", commands: [{ command: source }] }))![0]!.language,
        language,
      ));

  it("an exported notebook is in the report, or named there if it is larger than 5 MB", () => {
    const reportWith = (exportedHtml: string) =>
      htmlReport(resultsOfNotebooks("weather", [{ ...quality!, exportedHtml }]));
    assert.match(reportWith("x".repeat(5_000_000)), /<iframe sandbox="" /);
    const report = reportWith("x".repeat(5_000_001));
    assert.match(report, /<p>The notebook is 6 MB; open the run to see it\.<\/p>/);
    assert.doesNotMatch(report, /<iframe/);
  });

  it("an exported notebook shows the first hundred rows of a table, and how many more there are", () => {
    const data = Array.from({ length: 105 }, (_, index) => [`row ${index + 1}`]);
    const results = { type: "table", schema: [{ name: "station" }], data };
    const page = notebookPage(exported({ commands: [{ results }] }));
    assert.equal(page.match(/<td>row \d+<\/td>/g)?.length, 100);
    assert.match(page, /<p>… and 5 more rows<\/p>/);
  });

  it("an exported notebook is shown without active content if its page has another format", () => {
    for (const page of [
      "<h1>output</h1>",
      "var __DATABRICKS_NOTEBOOK_MODEL = 'bm8ganNvbg=='",
      "var __DATABRICKS_NOTEBOOK_MODEL = '%%%'",
      exported({ commands: "none" }),
      exported(null),
    ]) {
      assert.equal(readNotebookExport(page), undefined);
      assert.equal(notebookPage(page), safePage(page));
    }
  });

  it("an exported notebook keeps the source and the output text of its cells", () => {
    for (const { name, text } of hostileMarkup) {
      const commands = [{ command: text, state: text, results: { type: "ansi", data: text } }];
      assert.doesNotMatch(
        notebookPage(exported({ commands, language: text })),
        /<(script|img|iframe|b)\b/,
        name,
      );
    }
  });

  it("reads broken commands of an exported notebook as empty cells", () => {
    const cells = readNotebookExport(
      exported({ commands: [null, 7, {}, { results: [] }, { results: { type: "table" } }] }),
    );
    assert.deepEqual(
      cells?.map(({ source, outputs }) => [source, outputs.length]),
      Array(5).fill(["", 0]),
    );
  });
});
