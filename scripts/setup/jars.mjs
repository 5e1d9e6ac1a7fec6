import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { homeOf } from "../../local/driver/home.mjs";
import { ask, run, SetupError } from "./run.mjs";
import { hashOf, isFresh, writeFileAtomically } from "./stamp.mjs";

/** Delta Lake for Spark 4.1, whole: what these name beside each other comes with PySpark already. */
const jars = [
  "io.delta:delta-spark_4.1_2.13:4.4.0",
  "io.delta:delta-storage:4.4.0",
  "io.delta:delta-kernel-api:4.4.0",
  "io.delta:delta-kernel-defaults:4.4.0",
  "io.delta:delta-kernel-unitycatalog:4.4.0",
  "io.unitycatalog:unitycatalog-client:0.6.0",
  "io.unitycatalog:unitycatalog-hadoop:0.6.0",
];

const jarsFolder = (root) => path.join(homeOf(root), ".setup", "jars");
const stampOf = (root) => path.join(jarsFolder(root), ".stamp");

export const jarsAreFresh = (root) => isFresh(stampOf(root), hashOf(...jars));

export const deltaJarFiles = (root) =>
  jars.map((coordinate) => path.join(jarsFolder(root), `${coordinate.split(":").slice(1).join("-")}.jar`));

function pom() {
  const dependencies = jars.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(":");
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
    <groupId>notebook-ops</groupId><artifactId>spark-jars</artifactId><version>1</version>
    <dependencies>${dependencies.join("")}</dependencies></project>`;
}

async function fetchByMaven(work, tell) {
  writeFileSync(path.join(work, "pom.xml"), pom());
  await run(
    "mvn",
    ["-B", "-f", path.join(work, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${work}`],
    {
      onLine: (line) => tell(line.slice(0, 70)),
      failure: "Could not get Delta Lake's jars by Maven",
    },
  );
}

/** Spark resolves packages before it opens its gateway, which ends at once because its input is closed. */
async function fetchBySpark(work, { java, sparkJars }, tell) {
  const ivy = path.join(work, "ivy");
  const options = ["--conf", `spark.jars.ivy=${ivy}`, "--conf", `spark.jars.packages=${jars.join(",")}`];
  await run(
    java,
    ["-cp", path.join(sparkJars, "*"), "org.apache.spark.deploy.SparkSubmit", ...options, "pyspark-shell"],
    {
      env: { ...process.env, _PYSPARK_DRIVER_CONN_INFO_PATH: path.join(work, "connection") },
      onLine: (line) => tell(line.slice(0, 70)),
      failure: "Could not get Delta Lake's jars by Spark's resolver (mvn is not installed)",
    },
  );
  const wanted = jars.map((coordinate) => coordinate.split(":").slice(1).join("-"));
  for (const name of readdirSync(path.join(ivy, "jars"))) {
    const jar = wanted.find((ending) => name.endsWith(`_${ending}.jar`));
    if (jar) copyFileSync(path.join(ivy, "jars", name), path.join(work, `${jar}.jar`));
  }
}

export async function fetchJars(root, spark, tell) {
  const work = `${jarsFolder(root)}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    if (ask("mvn", ["--version"])) await fetchByMaven(work, tell);
    else await fetchBySpark(work, spark, tell);
    rmSync(jarsFolder(root), { recursive: true, force: true });
    mkdirSync(jarsFolder(root), { recursive: true });
    for (const jar of readdirSync(work).filter((name) => name.endsWith(".jar")))
      renameSync(path.join(work, jar), path.join(jarsFolder(root), jar));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const missing = deltaJarFiles(root).filter((jar) => !existsSync(jar));
  if (missing.length)
    throw new SetupError(
      `Could not get Delta Lake's jars: ${missing.join(", ")} did not come; run npm run setup again.`,
    );
  writeFileAtomically(stampOf(root), hashOf(...jars));
}
