// biome-ignore-all lint/suspicious/noTemplateCurlyInString: SQL notebooks substitute parameters like this
import assert from "node:assert/strict";
import { readNotebookFolder } from "../../../shared/notebook/notebook-folder.ts";
import { undeclaredParameters } from "../../../shared/notebook/undeclared-parameters.ts";
import { makeFolder } from "./folder.ts";

const header = "# Databricks notebook source\n";
const declares = `${header}dbutils.widgets.text("package_version", "1")\n`;

/** The warnings if `run` are the notebooks that are run, of all these files. */
async function warningsOf(parameters: string[], files: Record<string, string>, run = Object.keys(files)) {
  const folder = makeFolder(files);
  try {
    const all = await readNotebookFolder(folder.path);
    const notebooks = all.filter(({ path, format }) => format.kind !== "plain" && run.includes(path));
    return await undeclaredParameters(parameters, { notebooks, files: all });
  } finally {
    folder.remove();
  }
}

describe("parameters of a run", () => {
  it("a parameter that no notebook declares gets a warning with the nearest widget", async () => {
    assert.deepEqual(await warningsOf(["package_verison"], { "a.py": declares }), [
      'a.py does not declare the parameter "package_verison" as a widget; did you mean "package_version"?',
    ]);
    assert.deepEqual(await warningsOf(["package_verison"], { "a.py": declares, "b.py": header }), [
      'No notebook of this run declares the parameter "package_verison" as a widget; did you mean "package_version"?',
    ]);
  });

  it("a parameter with no similar widget gets a warning that says what to do", async () => {
    assert.deepEqual(await warningsOf(["region"], { "a.py": declares }), [
      `a.py does not declare the parameter "region" as a widget; declare it by dbutils.widgets.text("region", "") or remove it from the input 'parameters'.`,
    ]);
  });

  it("a parameter gets a warning if only a notebook that is not run declares it", async () => {
    const files = { "a.py": header, "b.py": declares };
    assert.equal((await warningsOf(["package_version"], files, ["a.py"])).length, 1);
    assert.deepEqual(await warningsOf(["package_version"], files), []);
  });

  const ipynb = (source: string) =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [{ cell_type: "code", source }] });
  const known: [how: string, files: Record<string, string>][] = [
    ["if one of the notebooks declares it", { "a.py": declares, "b.py": header }],
    [
      "if a notebook reads it without a widget",
      { "a.py": `${header}dbutils.widgets.get("package_version")` },
    ],
    ["if an ipynb reads it without a widget", { "a.ipynb": ipynb('dbutils.widgets.get("package_version")') }],
    ["if SQL refers to it", { "a.sql": "-- Databricks notebook source\nSELECT :package_version" }],
    ["if SQL substitutes it", { "a.sql": "-- Databricks notebook source\nSELECT '${package_version}'" }],
    [
      "if SQL declares it",
      { "a.sql": "-- Databricks notebook source\nCREATE WIDGET TEXT package_version DEFAULT '1'" },
    ],
    ["if a notebook reads all", { "a.py": `${header}values = dbutils.widgets.getAll()` }],
    ["if a notebook computes the names", { "a.py": `${header}for n in names: dbutils.widgets.get(n)` }],
    ["if a notebook includes one from elsewhere", { "a.py": `${header}# MAGIC %run /Shared/setup` }],
    [
      "if a module reads it",
      { "a.py": `${header}import m`, "m.py": 'v = dbutils.widgets.get("package_version")' },
    ],
    ["if a notebook cannot be parsed", { "a.ipynb": '{"nbformat": 4, "cells": [] "widgets"' }],
  ];
  for (const [how, files] of known)
    it(`a parameter gets no warning ${how}`, async () =>
      assert.deepEqual(await warningsOf(["package_version"], files), []));

  for (const path of ["./shared/setup", '"../lib/shared/setup"'])
    it(`a parameter gets no warning if a notebook that %run ${path} includes declares it`, async () => {
      const files = { "lib/a.py": `${header}# MAGIC %run ${path}`, "lib/shared/setup.py": declares };
      assert.deepEqual(await warningsOf(["package_version"], files, ["lib/a.py"]), []);
      assert.match((await warningsOf(["other"], files, ["lib/a.py"]))[0]!, /"other"/);
    });
});
