import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { ArtifactTool } from "./artifact-tool.ts";

const root = path.join(import.meta.dirname, "..", "..", "..");
const python = path.join(root, ".venv", "bin", "python");
const project = path.join(root, "examples", "databricks-weather");

interface Outcome {
  code: number;
  output: string;
}

describe("a feed's Python index, by unmodified pip and twine", () => {
  let workspace: Emulator;
  let folder: string;
  let uploadUrl: string;
  let indexUrl: string;

  async function run(args: string[], environment: Record<string, string> = {}): Promise<Outcome> {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      COLUMNS: "1000",
      ...workspace.environment,
      ...environment,
    };
    try {
      const { stdout, stderr } = await promisify(execFile)(python, args, { cwd: project, env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  async function build(version: string): Promise<string> {
    const args = ["-m", "hatchling", "build", "--target", "wheel", "--directory", folder];
    const built = await run(args, { WEATHER_MODEL_VERSION: version });
    assert.equal(built.code, 0, built.output);
    return path.join(folder, `weather_model-${version}-py3-none-any.whl`);
  }

  const upload = (wheel: string, token: string, url = uploadUrl) =>
    run(["-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", "--verbose", wheel], {
      TWINE_REPOSITORY_URL: url,
      TWINE_USERNAME: "any",
      TWINE_PASSWORD: token,
    });

  const install = (requirement: string, index = indexUrl) =>
    run([
      ...["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--no-input", "--no-cache-dir"],
      ...["--index-url", index, "--target", path.join(folder, "site"), requirement],
    ]);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "feed-"));
    const config = parse(await readFile(path.join(project, "notebook-ops.local.yml"), "utf8"));
    workspace = await startEmulator({ config: { ...config, spark: { master: "none" } } });
    uploadUrl = workspace.config.variableGroups?.["weather-staging"]?.FEED_UPLOAD_URL ?? "";
    indexUrl = workspace.config.databricks?.secretScopes?.weather?.["pip-index-url"] ?? "";
  });

  afterEach(async () => {
    await workspace.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("pip installs from a feed the version that was published", async () => {
    for (const version of ["1.0.0.dev1", "1.0.0.dev2"]) {
      const uploaded = await upload(await build(version), workspace.azureDevOps.accessToken);
      assert.equal(uploaded.code, 0, uploaded.output);
    }

    const installed = await install("Weather_Model==1.0.0.dev1");

    assert.equal(installed.code, 0, installed.output);
    assert.ok((await readdir(path.join(folder, "site"))).includes("weather_model-1.0.0.dev1.dist-info"));
    proves(workspace, "twine", "azure-devops POST /{organisation}/{project?}/_packaging/{feed}/pypi/upload");
    proves(
      workspace,
      "pip",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/pypi/simple/{package}",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/pypi/download/{package}/{version}/{file}",
    );
  });

  it("a feed's Python index is not affected by a universal package of the same name and version", async () => {
    const wheel = await build("1.0.0");
    const tool = await ArtifactTool.install(workspace);
    const options = { feed: "weather", "package-name": "weather-model", "package-version": "1.0.0" };

    const published = await tool.run("publish", { ...options, path: folder });
    const uploaded = await upload(wheel, workspace.azureDevOps.accessToken);

    assert.deepEqual([published.exitCode, uploaded.code], [0, 0], uploaded.output);
    assert.equal((await install("weather-model==1.0.0")).code, 0);
    assert.equal((await tool.run("download", { ...options, path: path.join(folder, "out") })).exitCode, 0);
    assert.deepEqual(await readdir(path.join(folder, "out")), [path.basename(wheel)]);
    await tool.remove();
  });

  it("a feed's Python index refuses to replace a version", async () => {
    const wheel = await build("1.0.0");
    await upload(wheel, workspace.azureDevOps.accessToken);

    const again = await upload(wheel, workspace.azureDevOps.accessToken);

    assert.notEqual(again.code, 0);
    assert.match(again.output, /409 Conflict/);
    assert.match(again.output, /already contains file 'weather_model-1\.0\.0-py3-none-any\.whl'/);
  });

  it("a feed's Python index refuses to publish with the token that can only install", async () => {
    const refused = await upload(await build("1.0.0"), new URL(indexUrl).password);

    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /403/);
    assert.match(refused.output, /You need to have 'AddPackage'/);
  });

  it("a feed's Python index answers 401 to a wrong token", async () => {
    const refused = await upload(await build("1.0.0"), "wrong");
    const listed = await install("weather-model", indexUrl.replace(/\/\/[^@]+@/, "//build:wrong@"));

    assert.match(refused.output, /401/);
    assert.match(listed.output, /401|No matching distribution/);
    assert.notEqual(listed.code, 0);
  });

  it("a feed's Python index answers 404 for a package that was not published", async () => {
    const installed = await install("weather-model");

    assert.notEqual(installed.code, 0);
    assert.match(installed.output, /No matching distribution found for weather-model/);
  });

  it("a feed's Python index answers 404 for a feed that does not exist", async () => {
    const url = uploadUrl.replace("/weather/", "/climate/");

    const refused = await upload(await build("1.0.0"), workspace.azureDevOps.accessToken, url);

    assert.match(refused.output, /404/);
    assert.match(refused.output, /The feed with ID 'climate' doesn't exist/);
  });
});
