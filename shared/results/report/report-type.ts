/** The type under which the HTML report is attached to a build. */
export const htmlReportType = "notebook-ops.report";

/** The type under which the results are attached to a build as JUnit XML. */
export const junitType = "notebook-ops.junit";
