// Mocha adds the files of the command line to those of its config, so the config names the tests only if the command line does not:
// `npx mocha test/cli/pin.test.ts` runs one file, `npx mocha` runs all.
const takesPath = /^(-[gfr]|--(grep|fgrep|require|file|ignore|exclude))$/;

function namesTests(argument, index, all) {
  if (argument.startsWith("-")) return /^--spec\b/.test(argument);
  return /(^|[\\/])test[\\/]|\.test\.ts$/.test(argument) && !takesPath.test(all[index - 1] ?? "");
}

module.exports = {
  import: "tsx",
  ...(process.argv.slice(2).some(namesTests) ? {} : { spec: ["test/**/*.test.ts"] }),
  timeout: 60000,
  reporter: "dot",
  exit: true,
};
