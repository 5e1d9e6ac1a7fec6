import assert from "node:assert/strict";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { run } from "./azure-devops/node-client.ts";
import { proves } from "./proof.ts";

/** The first lines of a module that uses OneLake by the SDKs for JavaScript. */
const connect = `
  import { ClientSecretCredential } from "@azure/identity";
  import { BlobServiceClient } from "@azure/storage-blob";
  import { DataLakeServiceClient } from "@azure/storage-file-datalake";
  const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: id, AZURE_CLIENT_SECRET: secret, AZURE_AUTHORITY_HOST: authorityHost, URL: url } = process.env;
  const credential = new ClientSecretCredential(tenant, id, secret, { authorityHost, disableInstanceDiscovery: true });
  const options = { retryOptions: { maxTries: 1 } };
  const lake = new DataLakeServiceClient(url, credential, options).getFileSystemClient("local");
  const container = new BlobServiceClient(url, credential, options).getContainerClient("local");
  const all = async (list) => { const found = []; for await (const each of list) found.push(each.name); return found; };
  const answer = (value) => console.log(JSON.stringify(value));
  const files = "local.Lakehouse/Files";
`;

describe("OneLake by the storage SDKs for JavaScript", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({ config: { spark: { master: "none" } } });
  });
  after(() => emulator.stop());

  it("OneLake takes files in parts that are sent at the same time, renames them, and lists them by both APIs", async () => {
    const code = `${connect}
      const content = Buffer.from(Array.from({ length: 5_000_000 }, (_, i) => i % 251));
      const file = lake.getFileClient(files + "/js/a ü+&<%.bin");
      await file.upload(content, { chunkSize: 1_000_000, singleUploadThreshold: 1, maxConcurrency: 4, metadata: { run: "7" } });
      await file.move(files + "/js/b c.bin");
      const moved = lake.getFileClient(files + "/js/b c.bin");
      const { metadata } = await moved.getProperties();
      const blob = container.getBlockBlobClient(files + "/js/d & e.bin");
      await blob.uploadData(content, { blockSize: 600_000, maxSingleShotSize: 1, concurrency: 4 });
      answer({
        metadata,
        isSame: [await moved.readToBuffer(), await blob.downloadToBuffer()].map((read) => read.equals(content)),
        paths: await all(lake.listPaths({ path: files + "/js", recursive: true })),
        blobs: await all(container.listBlobsFlat({ prefix: files + "/js/" })),
      });`;
    const names = ["local.Lakehouse/Files/js/b c.bin", "local.Lakehouse/Files/js/d & e.bin"];
    assert.deepEqual(await run(emulator, code, { URL: `${emulator.ready.oneLakeDfsUrl}/onelake` }), {
      metadata: { run: "7" },
      isSame: [true, true],
      paths: names,
      blobs: names,
    });
    assert.deepEqual(
      emulator.ledger().oneLakeFiles.map(({ name }) => name),
      ["local/local.Lakehouse/Files/js"],
    );
    const path = "/{account?=onelake}/{workspace}/{path*}";
    assert.ok(emulator.requests().some(({ route }) => route === `PUT ${path}?comp=blocklist`));
    proves(
      emulator,
      "@azure/storage-file-datalake",
      "onelake PUT /{account?=onelake}/{workspace}/{path*}",
      "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=append",
    );
  });

  it("OneLake reports errors in the form that the SDKs read", async () => {
    const code = `${connect}
      const refused = (promise) => promise.then(
        () => "it was not refused",
        ({ statusCode, code, message }) => [statusCode, code, message.split("\\n")[0]],
      );
      answer([
        await refused(lake.getFileClient(files + "/none").delete()),
        await refused(container.getBlobClient(files + "/none").download()),
        await refused(lake.getDirectoryClient("local.Lakehouse/Tables").delete(true)),
        await refused(container.getBlockBlobClient(files + "/x").beginCopyFromURL(url)),
      ]);`;
    assert.deepEqual(await run(emulator, code, { URL: emulator.ready.oneLakeDfsUrl }), [
      [404, "PathNotFound", "The specified path does not exist."],
      [404, "BlobNotFound", "The specified blob does not exist."],
      [400, "OperationNotAllowedOnThePath", "DELETE call is not allowed on Tables path"],
      [501, "NotImplemented", "No local route PUT /local/local.Lakehouse/Files/x."],
    ]);
  });
});
