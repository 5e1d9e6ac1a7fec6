// Java, Delta Lake's jars and the class archive, and .setup/environment.json, which tells local/driver where all of it is.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { homeOf } from "../../local/driver/home.mjs";
import { deltaJarFiles, fetchJars, jarsAreFresh } from "./jars.mjs";
import { archiveSparkClasses, dumpClassArchive, findJava, jvmCommand } from "./java.mjs";
import { step } from "./progress.mjs";
import { pythonOf, sitePackages } from "./python.mjs";
import { hashOf, writeFileAtomically } from "./stamp.mjs";

const environmentFile = (root) => path.join(homeOf(root), ".setup", "environment.json");

/** Of what decides how Spark starts: its version, and the code that prepares it. */
const wantedHash = (root) =>
  hashOf(
    ...[
      "local/driver/requirements.txt",
      "local/driver/notebook_driver/class_archive.py",
      "scripts/setup/java.mjs",
      "scripts/setup/jars.mjs",
      "scripts/setup/remove_unused.py",
    ].map((file) => readFileSync(path.join(root, file), "utf8")),
  );

export function sparkIsFresh(root) {
  if (!existsSync(environmentFile(root)) || !jarsAreFresh(root)) return false;
  const { madeOf, jvmCommand, sitePackages } = JSON.parse(readFileSync(environmentFile(root), "utf8"));
  return madeOf === wantedHash(root) && existsSync(jvmCommand[0]) && existsSync(sitePackages);
}

export async function setUpSpark(root) {
  const packages = sitePackages(root);
  const java = await step("Java", async () => {
    const found = findJava(packages);
    await dumpClassArchive(found);
    return found;
  });
  const sparkJars = path.join(packages, "pyspark", "jars");
  if (!jarsAreFresh(root))
    await step("Delta Lake's jars", (tell) => fetchJars(root, { java, sparkJars }, tell));
  const deltaJars = deltaJarFiles(root);
  const python = pythonOf(root);
  const jvm = jvmCommand(java, [path.join(sparkJars, "*"), ...deltaJars]);
  const archive = path.join(homeOf(root), ".setup", "spark.jsa");
  await step("Spark's class archive", () =>
    archiveSparkClasses({ jvm, python, archive, driver: path.join(root, "local", "driver") }),
  );
  // Where the archive does not fit (another Java, changed jars) Java starts without it, only slower.
  const [command, ...options] = jvm;
  const environment = {
    madeOf: wantedHash(root),
    python,
    sitePackages: packages,
    jvmCommand: [command, `-XX:SharedArchiveFile=${archive}`, "-Xshare:auto", ...options],
    deltaJars,
  };
  writeFileAtomically(environmentFile(root), `${JSON.stringify(environment, null, 2)}\n`);
}
