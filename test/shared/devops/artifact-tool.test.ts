import assert from "node:assert/strict";
import { programIn } from "../../../shared/devops/artifact-tool.ts";

describe("the program in a folder of ArtifactTool", () => {
  it("the program of ArtifactTool is ArtifactTool.exe on Windows, and artifacttool elsewhere", () => {
    assert.equal(
      programIn("C:\\agent\\_work\\_tool\\artifacttool\\0.2.1\\x64", "win32"),
      "C:\\agent\\_work\\_tool\\artifacttool\\0.2.1\\x64\\ArtifactTool.exe",
    );
    assert.equal(programIn("/opt/tool", "linux"), "/opt/tool/artifacttool");
  });
});
