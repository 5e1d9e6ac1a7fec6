// npm run package: the extension as a VSIX and the notebook-ops command as an npm package; `npm run package -- --help` describes it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root, setUpPackagesOrExplain } from "./setup.mjs";

const declaration = {
  name: "package",
  program: "npm run package --",
  summary: "pack the extension and the command",
  description:
    "Packs the extension as dist/notebook-ops-<version>.vsix, and the notebook-ops command as dist/notebook-ops-<version>.tgz, which npm " +
    "installs anywhere.",
  options: {
    publisher: {
      value: "ID",
      description:
        "the ID of your publisher, as https://marketplace.visualstudio.com/manage shows it; the Marketplace takes an extension only from the " +
        "publisher that it names",
    },
    version: {
      value: "N.N.N",
      description:
        "the version of the extension, its tasks and the command, by default that of vss-extension.json; the Marketplace takes each version once",
    },
  },
  example: "npm run package -- --publisher contoso --version 1.0.1",
};

/** @throws UsageError for a publisher or a version that an upload would be refused for */
async function readOptions(args, manifest) {
  const { parseCommandLine } = await import("../local/cli/command-line/parse.ts");
  const { UsageError } = await import("../local/cli/command-line/usage-error.ts");
  const { publisher = manifest.publisher, version = manifest.version } = parseCommandLine(
    declaration,
    args,
  ).options;
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(publisher))
    throw new UsageError(
      `Could not pack for the publisher "${publisher}": an ID has letters, digits, dots, dashes and underscores only; write the publisher's ID, not its display name.`,
    );
  const [, major] = /^(\d+)\.\d+\.\d+$/.exec(version) ?? [];
  if (major === undefined)
    throw new UsageError(
      `Could not pack the version ${version}: it does not have the form N.N.N; write for example ${manifest.version}.`,
    );
  const [tasksMajor] = manifest.version.split(".");
  if (major !== tasksMajor)
    throw new UsageError(
      `Could not pack the version ${version}: pipelines name the tasks with @${tasksMajor}, and their version is that of the extension; write ${tasksMajor}.N.N.`,
    );
  return { publisher, version };
}

if (await setUpPackagesOrExplain()) {
  const { register } = await import("tsx/esm/api");
  register();
  const { asksForHelp } = await import("../local/cli/command-line/parse.ts");
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    const { commandHelp } = await import("../local/cli/command-line/help-text.ts");
    process.stdout.write(commandHelp(declaration));
  } else {
    const manifest = JSON.parse(await readFile(path.join(root, "vss-extension.json"), "utf8"));
    try {
      const options = await readOptions(args, manifest);
      const { packExtension } = await import("./package/extension.mjs");
      const { packCommand } = await import("./package/command.mjs");
      console.log(`packed ${await packExtension(root, options)}`);
      console.log(`packed ${await packCommand(root, options)}`);
      if (options.publisher === manifest.publisher)
        console.log("To upload it yourself, pack it for your publisher: npm run package -- --publisher ID");
    } catch (error) {
      console.error(error.message);
      process.exitCode = error.name === "UsageError" ? 2 : 1;
    }
  }
}
