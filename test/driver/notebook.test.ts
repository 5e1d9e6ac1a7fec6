import assert from "node:assert/strict";
import { displayed, Notebooks, printed } from "./notebooks.ts";

describe("notebook runs", () => {
  const notebooks = new Notebooks("none");
  after(() => notebooks.stop());

  it("a notebook's IPython has its folder in the run, not in the home folder of the person who runs it", async () => {
    const result = await notebooks.run([
      "from IPython.paths import get_ipython_dir\nimport os\nprint(os.path.relpath(get_ipython_dir(), os.path.expanduser('~')).startswith('..'), os.path.basename(get_ipython_dir()))",
    ]);
    assert.equal(printed(result), "True ipython\n");
  });

  it("a notebook runs its cells in order, in one namespace, and shows a cell's last value", async () => {
    const result = await notebooks.run(["x = 20", "print('x is', x)\nx + 1"]);
    assert.equal(result.state, "success");
    assert.equal(result.exited, false);
    assert.equal(printed(result, 2), "x is 20\n");
    assert.equal(displayed(result, 2), "21");
    assert.deepEqual(
      result.cells.map(({ number, language, state }) => ({ number, language, state })),
      [
        { number: 1, language: "python", state: "success" },
        { number: 2, language: "python", state: "success" },
      ],
    );
  });

  it("a notebook shows pictures as base64, and figures of matplotlib as pictures", async () => {
    const result = await notebooks.run([
      "class Picture:\n    def _repr_png_(self):\n        return b'\\x89PNG'\nPicture()",
      "import os\nprint(os.environ['MPLBACKEND'])",
    ]);
    const [output] = result.cells[0]!.outputs;
    assert.equal(output?.type === "display" && output.data["image/png"], "iVBORw==");
    // With this backend a figure is a picture in a bundle: https://pypi.org/project/matplotlib-inline/
    assert.equal(printed(result, 2), "module://matplotlib_inline.backend_inline\n");
  });

  it("a notebook starts without jedi and IPython's terminal, which are slow to import, and can import them", async () => {
    const result = await notebooks.run([
      "import sys\nprint([name for name in ('jedi', 'prompt_toolkit', 'IPython.terminal') if name in sys.modules])",
      "import jedi, IPython\nfrom IPython.terminal.embed import embed\nprint(IPython.embed is embed, hasattr(IPython, 'nothing'))",
      // Many notebooks begin with this line.
      "%config Completer.use_jedi = False",
    ]);
    assert.equal(result.state, "success", result.error?.message);
    assert.equal(printed(result, 1), "[]\n");
    assert.equal(printed(result, 2), "True False\n");
  });

  it("a notebook streams what it and its subprocesses print", async () => {
    const execution = notebooks.start([
      "print('from Python')",
      "%sh\necho from a shell; echo and an error >&2",
    ]);
    let output = "";
    for await (const chunk of execution.output) output += chunk;
    assert.equal(output, "from Python\nfrom a shell\nand an error\n");
    assert.equal(printed(await execution.result, 2), "from a shell\nand an error\n");
  });

  it("a notebook stops at the first cell that fails, with its number, line and only the notebook's own frames", async () => {
    const cells = ["def divide(a):\n    return a / 0", "print('before')\ndivide(1)", "print('never')"];
    const result = await notebooks.run(cells, { notebookPath: "/Shared/etl/divide" });
    assert.equal(result.state, "failed");
    assert.equal(result.error?.name, "ZeroDivisionError");
    assert.equal(result.error.message, "division by zero");
    assert.equal(result.error.cellNumber, 2);
    assert.equal(result.error.cellSource, cells[1]);
    assert.match(
      result.error.trace,
      /File "\/Shared\/etl\/divide \(cell 2\)", line 2, in <module>\n {4}divide\(1\)/,
    );
    assert.match(result.error.trace, /File "\/Shared\/etl\/divide \(cell 1\)", line 2, in divide/);
    assert.doesNotMatch(result.error.trace, /IPython|notebook_driver|\x1b/);
    assert.deepEqual(
      result.cells.map(({ state }) => state),
      ["success", "failed", "skipped"],
    );
  });

  it("a notebook fails on a syntax error with its line", async () => {
    const result = await notebooks.run(["print('a')", "if True\n  x = 1"]);
    assert.equal(result.error?.name, "SyntaxError");
    assert.match(result.error.trace, /\(cell 2\)", line 1/);
  });

  it("a notebook reads an ipynb with Markdown and magics", async () => {
    const cell = (cell_type: string, text: string) => ({
      cell_type,
      source: text.split(/(?<=\n)/),
      metadata: {},
    });
    const cells = [cell("markdown", "# Title"), cell("code", "y = 1"), cell("code", "%sh\necho hello")];
    notebooks.put("/Shared/jupyter", JSON.stringify({ nbformat: 4, metadata: {}, cells }));
    const result = await notebooks.run([], { notebookPath: "/Shared/jupyter" });
    assert.equal(result.state, "success");
    assert.deepEqual(
      result.cells.map(({ language }) => language),
      ["md", "python", "sh"],
    );
    assert.equal(printed(result, 3), "hello\n");
  });

  // https://packaging.python.org/en/latest/specifications/inline-script-metadata/
  it("a notebook that begins with its environment runs its first cell, and says that a cluster does not install it", async () => {
    const environment = (comment: string) =>
      ["/// script", "[tool.databricks.environment]", 'dependencies = ["weather>=1"]', "///"].map(
        (line) => `${comment} ${line}`,
      );
    const note =
      /^Note: the notebook's environment \(weather>=1\) is not installed: a cluster uses its own libraries/;
    const header = "# Databricks notebook source";
    const cells = ["# DBTITLE 1,Widgets", "# MAGIC %sql", "# MAGIC CREATE WIDGET TEXT w DEFAULT 'set'"];
    const last = ["# COMMAND ----------", "print(dbutils.widgets.get('w'))"];
    notebooks.put("/Shared/brings", [header, ...environment("#"), ...cells, ...last].join("\n"));
    const result = await notebooks.run([], { notebookPath: "/Shared/brings" });
    assert.equal(result.error, undefined);
    assert.match(printed(result), note);
    assert.equal(printed(result, 2), "set\n");

    const sql = [
      "-- Databricks notebook source",
      ...environment("--"),
      "-- MAGIC %md-sandbox",
      "-- MAGIC <b>x</b>",
    ];
    notebooks.put("/Shared/brings-sql", sql.join("\r\n"));
    const sandbox = await notebooks.run([], { notebookPath: "/Shared/brings-sql" });
    assert.deepEqual([sandbox.cells[0]?.language, sandbox.state], ["md", "success"]);
    assert.match(printed(sandbox), note);

    const metadata = { environmentMetadata: { dependencies: ["weather>=1"], base_environment: "" } };
    const ipynb = {
      nbformat: 4,
      metadata: { "application/vnd.databricks.v1+notebook": metadata },
      cells: [{ cell_type: "code", source: "1" }],
    };
    notebooks.put("/Shared/brings-ipynb", JSON.stringify(ipynb));
    assert.match(printed(await notebooks.run([], { notebookPath: "/Shared/brings-ipynb" })), note);
  });

  it("a notebook runs IPython's magics and those of Databricks, and skips a cell that begins with %skip", async () => {
    const result = await notebooks.run([
      "%load_ext autoreload\n%autoreload 2\n%config Completer.use_jedi = False",
      "%%time\nx = 1",
      // https://docs.databricks.com/notebooks/run-notebook.html
      "%skip\nx = 2",
      "%set_cell_max_output_size_in_mb 10",
      "%restart_python",
      "print('x' in globals())",
    ]);
    assert.equal(result.error, undefined);
    assert.equal(printed(result, 6), "False\n");
  });

  it("a notebook fails with one sentence on a Scala cell", async () => {
    const { error } = await notebooks.run(["%scala\nval x = 1"]);
    assert.match(error?.message ?? "", /which is in Scala: the local workspace executes Python and SQL only/);
  });

  it("a notebook fails with one sentence on a file that is not a notebook", async () => {
    notebooks.put("/Shared/plain", "print('x')\n");
    const { error } = await notebooks.run([], { notebookPath: "/Shared/plain" });
    assert.match(error?.message ?? "", /first line is not '# Databricks notebook source'/);
  });

  it("a notebook fails before the first cell if the notebook does not exist", async () => {
    const { state, error } = await notebooks.run([], { notebookPath: "/Shared/none" });
    assert.equal(state, "failed");
    assert.equal(error?.cellNumber, 0);
    assert.match(error?.message ?? "", /^Could not find the notebook \/Shared\/none: it does not exist/);
  });

  it("a notebook fails before the first cell, with one sentence, on a platform whose utilities the driver does not have", async () => {
    const platform = "synapse" as "databricks";
    const { state, error } = await notebooks.run(["1"], { platform, notebookPath: "/Shared/elsewhere" });
    assert.equal(state, "failed");
    assert.equal(error?.cellNumber, 0);
    assert.equal(
      error?.message,
      "Could not run /Shared/elsewhere: the driver has no utilities for the platform 'synapse'; it has those of databricks, fabric.",
    );
  });

  it("a notebook starts in the notebook's folder and imports modules beside it", async () => {
    notebooks.put("/Shared/project/rules.py", "LIMIT = 7\n");
    notebooks.put("/Shared/project/data.csv", "a,b\n");
    const cells = ["import rules\nprint(rules.LIMIT, open('data.csv').read())"];
    assert.equal(printed(await notebooks.run(cells, { notebookPath: "/Shared/project/main" })), "7 a,b\n\n");
  });

  it("a notebook has the environment of the cluster and not that of the pipeline", async () => {
    process.env.PIPELINE_SECRET = "not for notebooks";
    const cells = ["import os\nprint(os.environ.get('PIPELINE_SECRET'), os.environ['STAGE'])"];
    const result = await notebooks.run(cells, { environment: { STAGE: "test" } });
    delete process.env.PIPELINE_SECRET;
    assert.equal(printed(result), "None test\n");
  });

  it("a notebook fails with one sentence if it uses Spark in a workspace without Spark", async () => {
    const result = await notebooks.run(["spark.range(3)"]);
    assert.match(
      result.error?.message ?? "",
      /Could not use spark\.range: this workspace was started with spark\.master 'none'/,
    );
  });

  it("a notebook keeps the head and the tail of 50 MB, and streams all of it", async () => {
    const execution = notebooks.start(["for i in range(50):\n    print('x' * 999_999)\nprint('the end')"]);
    let bytes = 0;
    for await (const chunk of execution.output) bytes += chunk.length;
    const result = await execution.result;
    assert.equal(bytes, 50_000_008);
    const [output] = result.cells[0]?.outputs ?? [];
    assert.equal(output?.type, "stream");
    assert.equal(output.omittedBytes, 50_000_008 - 2 * 128 * 1024);
    assert.match(output.text, /the end\n$/);
  });
});
