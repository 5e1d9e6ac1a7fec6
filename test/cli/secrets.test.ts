import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readSecrets } from "../../local/cli/secrets.ts";
import { command, fixture, notebookOps, whenBuilt } from "./run-command.ts";

describe("the secrets of notebook-ops run", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "secrets-test-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env.NBO_TEST_PASSWORD;
  });
  const file = (content: string) => {
    const name = path.join(folder, "secret");
    writeFileSync(name, content);
    return name;
  };

  it("the secrets of notebook-ops run may be any value, with = and @ in it", () => {
    assert.deepEqual(readSecrets(["A=b=c", "B=@file", "C="]), { A: "b=c", B: "@file", C: "" });
  });

  it("the secrets of notebook-ops run come from the environment by their name alone, and are taken out of it", () => {
    process.env.NBO_TEST_PASSWORD = "hunter2";
    assert.deepEqual(readSecrets(["NBO_TEST_PASSWORD"]), { NBO_TEST_PASSWORD: "hunter2" });
    assert.equal(process.env.NBO_TEST_PASSWORD, undefined);
  });

  for (const [content, value] of [
    ["hunter2\n", "hunter2"],
    ["hunter2\r\n", "hunter2"],
    ["two\nlines\n\n", "two\nlines\n"],
    [" spaces ", " spaces "],
  ] as const)
    it(`the secrets of notebook-ops run come from a file without one line break at its end: ${JSON.stringify(content)}`, () => {
      assert.deepEqual(readSecrets([], [`Password=${file(content)}`]), { Password: value });
    });

  const refused: [what: string, secrets: string[], files: string[], message: string][] = [
    [
      "a name that the environment does not have, with the nearest that it has",
      ["NBO_TEST_PASWORD"],
      [],
      'Could not read the secret NBO_TEST_PASWORD: there is no environment variable of that name; did you mean "NBO_TEST_PASSWORD"? Otherwise set it, or write --secret-file NBO_TEST_PASWORD=PATH.',
    ],
    [
      "a name that is like no other",
      ["xq-unlike-any-name-xq"],
      [],
      "Could not read the secret xq-unlike-any-name-xq: there is no environment variable of that name; set it, or write --secret-file xq-unlike-any-name-xq=PATH.",
    ],
    [
      "a value without a name, which it does not repeat",
      ["=hunter2"],
      [],
      "Could not read a --secret: it has no name; write --secret NAME or --secret NAME=VALUE.",
    ],
    [
      "a file that does not exist",
      [],
      ["Password=/nowhere/secret"],
      "Could not read the secret Password from /nowhere/secret: there is no such file; give the path of a file that contains its value.",
    ],
    [
      "a file without a name",
      [],
      ["/nowhere/secret"],
      "Could not read --secret-file /nowhere/secret: it does not have the form NAME=PATH; write --secret-file NAME=PATH.",
    ],
    [
      "two from standard input",
      [],
      ["A=-", "B=-"],
      "Could not read the secrets: two of them are read from standard input; give one of them by a file.",
    ],
  ];
  for (const [what, secrets, files, message] of refused)
    it(`the secrets of notebook-ops run are refused: ${what}`, () => {
      process.env.NBO_TEST_PASSWORD = "hunter2";
      assert.throws(() => readSecrets(secrets, files), { name: "UsageError", message });
    });

  it("the secrets of notebook-ops run are in no step's environment unless it names them, nor in the log or in what the workspace shows", async () => {
    let shown: Promise<string> | undefined;
    const { exitCode, out } = await notebookOps(
      [
        ...["run", fixture("tells.yml"), "--keep"],
        ...["--secret", "FromEnvironment", "--secret-file", `FromFile=${file("file-hunter2\n")}`],
      ],
      {
        environment: { FromEnvironment: "environment-hunter2" },
        onOut: (text, child) => {
          const url = /until Ctrl-C: (\S+)\/ledger\n/.exec(text)?.[1];
          if (!url || shown) return;
          shown = Promise.all(
            ["requests", "ledger"].map((what) => fetch(`${url}/${what}`).then((r) => r.text())),
          )
            .then((texts) => texts.join("\n"))
            .finally(() => child.kill("SIGINT"));
        },
      },
    );
    assert.equal(exitCode, 0, out);
    assert.match(out, /inherited: nothing/);
    assert.doesNotMatch(out, /hunter2/);
    assert.match((await shown) ?? "", /"path":"\/Shared\/\*\*\*"/);
    assert.doesNotMatch((await shown) ?? "", /hunter2/);
  });

  it("the secrets of notebook-ops run may come from standard input", async () => {
    await whenBuilt();
    const script = `"${process.execPath}" "${command}" run "$1" --secret-file FromFile=- --secret FromEnvironment=x <<< piped-hunter2`;
    const { stdout, status } = spawnSync("bash", ["-c", script, "bash", fixture("tells.yml")], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /second secret: 13 characters/);
    assert.doesNotMatch(stdout, /hunter2/);
  });
});
