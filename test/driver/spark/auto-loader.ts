import assert from "node:assert/strict";
import type { ExecutionResult } from "../../../local/driver/execution-result.ts";
import { displayed, type Notebooks, printed } from "../notebooks.ts";

/** Functions for the cells of these tests: `auto` reads the landing folder by Auto Loader, `load` runs a stream to its end. */
const functions = `
landing = '/Volumes/main/default/landing'
def auto(name, format='json', location=True, **options):
    reader = spark.readStream.format('cloudFiles').option('cloudFiles.format', format)
    if location: reader = reader.option('cloudFiles.schemaLocation', f'/Volumes/main/default/schemas/{name}')
    return reader.options(**{key.replace('__', '.'): value for key, value in options.items()})
def load(name, frame):
    frame.writeStream.option('checkpointLocation', f'dbfs:/checkpoints/{name}').option('mergeSchema', True).trigger(availableNow=True).toTable(name).awaitTermination()
`;

export function describeAutoLoader(notebooks: Notebooks): void {
  const run = (...cells: string[]): Promise<ExecutionResult> => notebooks.run([functions, ...cells]);

  it("Auto Loader stores the schema that it infers, rescues what does not fit it, and adds new columns after a failure", async () => {
    const first = await run(
      `dbutils.fs.put(f'{landing}/json/1.json', '{"id": 1, "name": {"first": "Ada"}}\\n{"id": 2}\\nnot json\\n')
dbutils.fs.put(f'{landing}/json/1.txt', 'ignored')`,
      `frame = auto('people', cloudFiles__inferColumnTypes=True, cloudFiles__schemaHints='id int', pathGlobFilter='*.json').load(f'{landing}/json')
print(frame.schema.simpleString())
load('people', frame)`,
      `dbutils.fs.put(f'{landing}/json/2.json', '{"id": "x", "email": "a@b"}\\n')
load('people', auto('people', cloudFiles__schemaEvolutionMode='failOnNewColumns', pathGlobFilter='*.json').load(f'{landing}/json'))`,
    );
    assert.equal(printed(first, 3), "struct<id:int,name:struct<first:string>,_rescued_data:string>\n");
    assert.match(
      first.error?.message ?? "",
      /TASK_WRITE_FAILED.*; caused by: .*UNKNOWN_FIELD_EXCEPTION.*: email in dbfs:\/Volumes\/main\/default\/landing\/json\/2.json; change/,
    );
    assert.equal(first.error?.cellNumber, 4);
    const second = await run(
      `frame = auto('people', pathGlobFilter='*.json').load(f'{landing}/json')
print(frame.schema.simpleString())
load('people', frame)`,
      `display(spark.table('people').selectExpr('id', 'name.first', 'email', "replace(_rescued_data, 'dbfs:/Volumes/main/default/landing/', '') AS rescued")
  .orderBy('_metadata.file_modification_time', 'id'))`,
    );
    assert.equal(
      printed(second, 2),
      "struct<id:int,name:struct<first:string>,email:string,_rescued_data:string>\n",
    );
    assert.equal(
      displayed(second, 3),
      [
        "+------+-------+-------+-----------------------------------------------------------+",
        "| id   | first | email | rescued                                                   |",
        "+------+-------+-------+-----------------------------------------------------------+",
        '| null | null  | null  | {"_corrupt_record":"not json","_file_path":"json/1.json"} |',
        "| 1    | Ada   | null  | null                                                      |",
        "| 2    | null  | null  | null                                                      |",
        '| null | null  | a@b   | {"id":"x","_file_path":"json/2.json"}                     |',
        "+------+-------+-------+-----------------------------------------------------------+",
      ].join("\n"),
    );
  });

  it("Auto Loader reads columns of JSON and CSV as text, each micro-batch as many files as asked, and files after the start only", async () => {
    const result = await run(
      `for number in (1, 2, 3):
    dbutils.fs.put(f'{landing}/csv/{number}.csv', f'id,city\\n{number},Oslo\\n')
frame = auto('csv', 'csv', header=True, cloudFiles__maxFilesPerTrigger=2).load(f'{landing}/csv')
print(frame.schema.simpleString())
load('cities', frame)`,
      `new = auto('new', 'csv', header=True, cloudFiles__includeExistingFiles=False).load(f'{landing}/csv')
load('new_cities', new)
dbutils.fs.put(f'{landing}/csv/4.csv', 'id,city\\n4,Rome\\n5\\n')
load('new_cities', auto('new', 'csv', header=True, cloudFiles__includeExistingFiles=False).load(f'{landing}/csv'))
print(spark.table('cities').count(), [tuple(row) for row in spark.table('new_cities').orderBy('id').collect()])`,
      `own = auto('', location=False).schema('id int').load(f'{landing}/json')
print(own.schema.simpleString())`,
    );
    assert.equal(result.error, undefined);
    assert.match(printed(result, 2), /\nstruct<id:string,city:string,_rescued_data:string>\n$/);
    assert.match(
      displayed(result, 2),
      /^Stream \w+: batch 0: 2 rows in, .*\nStream \w+: batch 1: 1 row in, .*$/,
    );
    assert.match(
      printed(result, 3).replaceAll(/dbfs:[^"]*landing/g, "…"),
      /\n3 \[\('4', 'Rome', None\), \('5', None, '\{"_corrupt_record":"5","_file_path":"…\/csv\/4.csv"\}'\)\]\n$/,
    );
    assert.equal(printed(result, 4), "struct<id:int>\n");
  });

  it("Auto Loader says which option it does not follow, and what to write instead", async () => {
    const cases: [cell: string, message: RegExp][] = [
      [
        "auto('x', cloudFiles__useNotifications=True).load(landing)",
        /with cloudFiles\.useNotifications: the local workspace lists the folder to find files and does not follow the value true; leave it out, or set it to false here\./,
      ],
      [
        "auto('x', cloudFiles__schemaHint='id int').load(landing)",
        /with cloudFiles\.schemaHint: .*; did you mean "cloudFiles\.schemaHints"\?/,
      ],
      [
        "auto('x', cloudFiles__partitionColumns='day').load(landing)",
        /with cloudFiles\.partitionColumns: the local workspace does not follow this option; leave it out here\./,
      ],
      ["auto('x', 'avro').load(landing)", /does not read cloudFiles\.format "avro"; set it to json, csv/],
      [
        "auto('x', location=False).load(landing)",
        /infer the schema of \/Volumes\/.*: there is neither a schema nor cloudFiles\.schemaLocation/,
      ],
      [
        "dbutils.fs.mkdirs(landing + '/empty')\nauto('x').load(landing + '/empty')",
        /infer the schema of .*: it has no files from which a schema can be inferred; add files first/,
      ],
      [
        "%sql\nSELECT 'read_files(' AS text, * FROM read_files('/Volumes/a')",
        /^Could not call read_files: the local Spark does not have this function; read the files in Python/,
      ],
    ];
    const cells = cases.map(([cell]) =>
      cell.startsWith("%")
        ? cell
        : `try:\n${cell.replace(/^/gm, "    ")}\nexcept Exception as error:\n    print(type(error).__name__, error)`,
    );
    const result = await run(...cells);
    cases.slice(0, -1).forEach(([, message], index) => {
      assert.match(printed(result, index + 2), message);
    });
    assert.match(result.error?.message ?? "", cases.at(-1)?.[1] as RegExp);
  });
}
