import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const root = path.join(import.meta.dirname, "..", "..");

/** Validates documents with a validator that we did not write: https://horejsek.github.io/python-fastjsonschema/ */
const validator = `
import fastjsonschema, json, sys
given = json.load(sys.stdin)
validate = fastjsonschema.compile(given["schema"], use_default=False)
def problem(document):
    try:
        validate(document)
    except fastjsonschema.JsonSchemaValueException as error:
        return error.message
print(json.dumps([problem(document) for document in given["documents"]]))
`;

/** What a schema in docs/schema finds in each YAML document; null if it accepts it. */
export function schemaProblems(file: string, contents: readonly string[]): (string | null)[] {
  const schema = readFileSync(path.join(root, "docs", "schema", file), "utf8");
  const documents = contents.map(
    (content) => parse(content, { uniqueKeys: false, logLevel: "silent" }) ?? null,
  );
  const output = execFileSync(path.join(root, ".venv", "bin", "python"), ["-c", validator], {
    input: JSON.stringify({ schema: JSON.parse(schema), documents }),
    encoding: "utf8",
  });
  return JSON.parse(output);
}
