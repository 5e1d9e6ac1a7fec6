import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { ArtifactTool, type ToolOutcome } from "./artifact-tool.ts";
import { connect, run } from "./node-client.ts";

describe("universal packages, by ArtifactTool's command line and Azure Artifacts' REST API", () => {
  let workspace: Emulator;
  let tool: ArtifactTool;
  let folder: string;
  let source: string;

  const publish = (version: string, options: Record<string, string> = {}) =>
    tool.run("publish", {
      ...{ feed: "weather", "package-name": "weather-model", "package-version": version, path: source },
      ...options,
    });
  const download = (version: string, options: Record<string, string> = {}) =>
    tool.run("download", {
      ...{ feed: "weather", "package-name": "weather-model", "package-version": version },
      path: path.join(folder, "target"),
      ...options,
    });
  const succeed = async (outcome: Promise<ToolOutcome>) => {
    const { exitCode, stdout, messages } = await outcome;
    assert.equal(exitCode, 0, messages.join("\n"));
    return JSON.parse(stdout) as { Version: string; Description: string | null };
  };
  const fail = async (outcome: Promise<ToolOutcome>) => {
    const { exitCode, stdout, messages } = await outcome;
    assert.equal(stdout, "");
    return [exitCode, messages.at(-1)];
  };

  beforeEach(async () => {
    workspace = await startEmulator({
      config: { feeds: ["weather", "local/climate"], spark: { master: "none" } },
    });
    tool = await ArtifactTool.install(workspace);
    folder = await mkdtemp(path.join(tmpdir(), "universal-"));
    source = path.join(folder, "source");
    await mkdir(path.join(source, "tests"), { recursive: true });
    await writeFile(path.join(source, "forecast.py"), "print('sun')\r\n");
    await writeFile(path.join(source, "tests", "scenario é.py"), Buffer.from([0, 255, 10]));
  });

  afterEach(async () => {
    await workspace.stop();
    await tool.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it("ArtifactTool downloads the same bytes that were published", async () => {
    await succeed(publish("1.0.0", { description: "tested", verbosity: "Debug" }));

    assert.deepEqual(await succeed(download("1.0.0")), { Version: "1.0.0", Description: "tested" });
    const target = path.join(folder, "target");
    assert.deepEqual((await readdir(target, { recursive: true })).sort(), [
      "forecast.py",
      "tests",
      path.join("tests", "scenario é.py"),
    ]);
    for (const name of ["forecast.py", path.join("tests", "scenario é.py")])
      assert.deepEqual(await readFile(path.join(target, name)), await readFile(path.join(source, name)));
    proves(
      workspace,
      "ArtifactTool's stand-in",
      "azure-devops PUT /{organisation}/{project?}/_packaging/{feed}/upack/content/{sha256}",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/upack/content/{sha256}",
      "azure-devops PUT /{organisation}/{project?}/_packaging/{feed}/upack/packages/{package}/versions/{version}",
      "azure-devops GET /{organisation}/{project?}/_packaging/{feed}/upack/packages/{package}/versions/{version}",
    );
  });

  it("ArtifactTool exits with 17 if the version exists, which stays unchanged", async () => {
    await succeed(publish("1.0.0"));
    await writeFile(path.join(source, "forecast.py"), "print('rain')\n");

    assert.deepEqual(await fail(publish("1.0.0")), [
      17,
      "The feed 'weather' already contains package 'weather-model 1.0.0'.",
    ]);
    await succeed(download("1.0.0"));
    assert.equal(await readFile(path.join(folder, "target", "forecast.py"), "utf8"), "print('sun')\r\n");
  });

  it("the local Azure Artifacts refuses to publish a deleted version again", async () => {
    await succeed(publish("1.0.0"));

    const statuses = await run(
      workspace,
      `${connect}
      const version = url + "/_apis/packaging/feeds/weather/upack/packages/weather-model/versions/1.0.0?api-version=7.1-preview.1";
      const packages = async (query) =>
        (await api.rest.get(url + "/_apis/packaging/feeds/weather/packages" + query)).result.value;
      const found = await api.rest.get(version);
      const deleted = await api.rest.del(version);
      answer([
        found.result.version, deleted.statusCode, (await api.rest.get(version)).statusCode,
        await packages(""),
        (await packages("?includeDeleted=true")).map(({ versions }) => versions.map(({ isDeleted }) => isDeleted)),
      ]);`,
    );

    assert.deepEqual(statuses, ["1.0.0", 202, 404, [], [[true]]]);
    assert.deepEqual(await fail(publish("1.0.0")), [
      17,
      "The package weather-model 1.0.0 in weather has been deleted, and cannot be republished",
    ]);
    assert.deepEqual(await fail(download("1.0.0")), [
      1,
      "Can't find the package 'weather-model 1.0.0' in feed 'weather'.",
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/upack/packages/{package}/versions/{version}",
      "azure-devops DELETE /{organisation}/{project?}/_apis/packaging/feeds/{feed}/upack/packages/{package}/versions/{version}",
    );
  });

  it("ArtifactTool exits with 20 on an invalid version, and with 19 if the feed does not exist", async () => {
    const [code, message] = await fail(publish("1.0"));
    assert.equal(code, 20);
    assert.match(String(message), /must be lowercase SemVer 2\.0 versions without build metadata/);
    for (const version of ["1.0.0+build", "1.0.0-RC1", "01.0.0", "1.0.2147483648", "latest"])
      assert.equal((await fail(publish(version)))[0], 20, version);
    assert.deepEqual(await fail(publish("1.0.0", { feed: "climate" })), [
      19,
      "The feed with ID 'climate' doesn't exist.",
    ]);
  });

  it("the local Azure Artifacts accepts only lower-case names of universal packages", async () => {
    const [code, message] = await fail(publish("1.0.0", { "package-name": "Weather" }));
    assert.equal(code, 1);
    assert.match(String(message), /one or more lowercase alphanumeric segments/);
  });

  it("the local Azure Artifacts refuses to publish with a token that can only read", async () => {
    const { readerToken } = workspace.azureDevOps;
    const options = { feed: "weather", "package-name": "weather-model", "package-version": "1.0.0" };

    const [code, message] = await fail(tool.run("publish", { ...options, path: source }, readerToken));

    assert.equal(code, 1);
    assert.match(String(message), /lacks permission to complete this action. You need to have 'AddPackage'/);
  });

  it("ArtifactTool downloads the highest released version for a wildcard", async () => {
    for (const version of ["1.10.0", "1.9.0", "2.0.0-beta.1", "2.0.0"]) await succeed(publish(version));

    assert.equal((await succeed(download("*"))).Version, "2.0.0");
    assert.equal((await succeed(download("2.0.0-beta.1"))).Version, "2.0.0-beta.1");
    assert.equal((await succeed(download("1.*"))).Version, "1.10.0");
    assert.equal((await succeed(download("1.9.*"))).Version, "1.9.0");
    const [code, message] = await fail(download("3.*"));
    assert.equal(code, 18); // https://github.com/MicrosoftDocs/azure-devops-docs/issues/12339
    assert.match(
      String(message),
      /Did not find any versions of 'weather-model' that matched the pattern '3\.\*'/,
    );
  });

  it("the local Azure Artifacts lists in a view only what was promoted to it", async () => {
    await succeed(publish("1.0.0"));
    await succeed(publish("1.1.0"));

    const seen = await run(
      workspace,
      `${connect}
      const feed = url + "/_apis/packaging/feeds/weather";
      const version = feed + "/upack/packages/weather-model/versions/1.0.0?api-version=7.1-preview.1";
      await api.rest.update(version, { views: { op: "add", path: "/views/-", value: "Release" } });
      const list = await api.rest.get(feed + "@Release/packages?protocolType=upack&api-version=7.1");
      const views = await api.rest.get(feed + "/views?api-version=7.1");
      const release = await api.rest.get(feed + "/views/release?api-version=7.1");
      answer([
        list.result.value[0].versions.map(({ version, views }) => [version, views.map(({ name }) => name)]),
        views.result.value.map(({ name }) => name),
        release.result.type,
      ]);`,
    );

    assert.deepEqual(seen, [
      [["1.0.0", ["Local", "Release"]]],
      ["Local", "Prerelease", "Release"],
      "release",
    ]);
    assert.equal((await succeed(download("*", { feed: "weather@Release" }))).Version, "1.0.0");
    assert.equal((await fail(download("1.1.0", { feed: "weather@Release" })))[0], 1);
    assert.equal((await fail(publish("1.2.0", { feed: "weather@Release" })))[0], 1);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops PATCH /{organisation}/{project?}/_apis/packaging/feeds/{feed}/upack/packages/{package}/versions/{version}",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/views",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/views/{view}",
    );
  });

  it("the local Azure Artifacts keeps the provenance of what is published in a session", async () => {
    await succeed(publish("0.9.0"));
    const build = {
      "System.CollectionId": "00000000-0000-4000-8000-000000000009",
      "System.TeamProjectId": "00000000-0000-4000-8000-000000000001",
      "Build.BuildId": "41",
    };
    const session = (route: Record<string, string>, body: object) =>
      run(
        workspace,
        `${connect}
        const { requestUrl } = await api.vsoClient.getVersioningData(
          "7.1-preview.1", "Provenance", "503B4E54-EBF4-4D04-8EEE-21C00823C2AC", ${JSON.stringify(route)},
        );
        const created = await api.rest.create(requestUrl + "?api-version=7.1-preview.1", ${JSON.stringify(body)}).catch(({ statusCode, message }) => ({ result: [statusCode, message] }));
        answer(created.result?.sessionId ?? created.result);`,
      );
    const upack = { protocol: "upack" };
    const id = await session(upack, { feed: "weather", source: "InternalBuild", data: build });
    const ofProject = await session(
      { ...upack, project: "local" },
      { feed: "climate", source: "InternalBuild", data: build },
    );
    await succeed(publish("1.0.0", { feed: String(id) }));
    await succeed(publish("1.0.0", { feed: String(ofProject), project: "local" }));

    const kept = await run(
      workspace,
      `${connect}
      const listed = await api.rest.get(url + "/_apis/packaging/feeds/weather/packages?includeAllVersions=true");
      const [{ id: packageId, versions }] = listed.result.value;
      const provenances = [];
      for (const { id: packageVersionId } of versions) {
        const { requestUrl } = await api.vsoClient.getVersioningData(
          "7.1-preview.1", "Packaging", "0aaeabd4-85cd-4686-8a77-8d31c15690b8",
          { feedId: "weather", packageId, packageVersionId },
        );
        const { result } = await api.rest.get(requestUrl);
        provenances.push([result.packageId === packageId, result.provenance.provenanceSource, result.provenance.data]);
      }
      answer(provenances);`,
    );

    assert.deepEqual(kept, [
      [true, "InternalBuild", build],
      [true, null, null],
    ]);
    assert.equal((await fail(publish("1.1.0", { feed: String(ofProject) })))[0], 19);
    assert.deepEqual(await session(upack, { feed: "weather", source: "InternalBuild", data: {} }), [
      400,
      "The session data has no 'System.CollectionId'.",
    ]);
    assert.equal(await session(upack, { feed: "nowhere", source: "Other", data: {} }), null);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops POST /{organisation}/{project?}/_apis/provenance/session/{protocol}",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages/{package}/versions/{version}/provenance",
    );
  });

  it("the local Azure Artifacts lists packages by protocol and name, and their versions from the highest", async () => {
    for (const version of ["1.9.0", "1.10.0-rc.1", "1.10.0"]) await succeed(publish(version));
    await succeed(publish("1.0.0", { "package-name": "storm" }));

    const listed = await run(
      workspace,
      `${connect}
      const packages = async (query, route = {}) => {
        const { requestUrl } = await api.vsoClient.getVersioningData(
          "7.1", "Packaging", "7a20d846-c929-4acc-9ea2-0d5a7df1b197", { feedId: "weather", ...route }, query,
        );
        return (await api.rest.get(requestUrl)).result;
      };
      const found = await packages({ protocolType: "upack", packageNameQuery: "weather" });
      const { id } = found.value[0];
      const versions = await api.rest.get(url + "/_apis/Packaging/Feeds/weather/Packages/" + id + "/versions");
      const second = await packages({ "$top": 1, "$skip": 1 });
      const all = await packages({ packageNameQuery: "weather", includeAllVersions: true });
      answer([
        found.value.map(({ name, protocolType, versions }) => [name, protocolType, versions.map(({ version }) => version)]),
        (await packages({}, { packageId: id })).name,
        versions.result.value.map(({ version, isLatest }) => [version, isLatest]),
        second.value.map(({ name }) => name),
        (await packages({ protocolType: "PyPI" })).count,
        all.value[0].versions.length,
      ]);`,
    );

    assert.deepEqual(listed, [
      [["weather-model", "UPack", ["1.10.0"]]],
      "weather-model",
      [
        ["1.10.0", true],
        ["1.10.0-rc.1", false],
        ["1.9.0", false],
      ],
      ["storm"],
      0,
      3,
    ]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages/{package}",
      "azure-devops GET /{organisation}/{project?}/_apis/packaging/feeds/{feed}/packages/{package}/versions",
    );
  });

  it("the local Azure Artifacts finds a project's feed only with its project", async () => {
    await succeed(publish("1.0.0", { feed: "climate", project: "local" }));

    const target = { feed: "climate", project: "00000000-0000-4000-8000-000000000001" };
    assert.equal((await succeed(download("*", target))).Version, "1.0.0");
    assert.equal((await fail(download("*", { feed: "climate" })))[0], 19);
    const [code, message] = await fail(download("*", { feed: "climate", project: "elsewhere" }));
    assert.equal(code, 1);
    assert.match(String(message), /^TF200016: The following project does not exist: elsewhere/);
  });

  it("the local Azure DevOps serves ArtifactTool for Linux and macOS", async () => {
    const found = await run(
      workspace,
      `${connect}
      const release = async (tool, query) => {
        const found = await api.rest.get(url + "/_apis/clienttools/" + tool + "/release?" + query);
        return [found.statusCode, found.result?.rid];
      };
      const areas = await (await api.getLocationsApi()).getResourceAreas();
      const blob = await (await api.getLocationsApi()).getResourceArea("5294ef93-12a1-4d13-8671-9d9d014072c8");
      const file = await api.rest.client.get((await api.rest.get(
        url + "/_apis/clienttools/ArtifactTool/release?osName=Linux&arch=x86_64")).result.uri);
      answer([
        await release("artifacttool", "osName=Darwin&arch=arm64"),
        await release("artifacttool", "osName=windows&arch=amd64"),
        await release("buildtool", "osName=Linux&arch=amd64"),
        blob.locationUrl === url + "/" && areas.some(({ id }) => id === blob.id),
        file.message.headers["content-type"],
        (await api.rest.client.get(new URL("/artifacttool/artifacttool-linux-x64-Release_0.1.0.zip", url).href)).message.statusCode,
      ]);`,
    );

    assert.deepEqual(found, [[200, "osx-arm64"], [404, null], [404, null], true, "application/zip", 404]);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/_apis/clienttools/{tool}/release",
      "azure-devops GET /artifacttool/{file}",
      "azure-devops GET /{organisation?}/_apis/resourceAreas",
      "azure-devops GET /{organisation?}/_apis/resourceAreas/{area}",
    );
  });
});
