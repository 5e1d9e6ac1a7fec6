/** The type under which the HTML report is attached to a build. */
export const htmlReportType = "notebook-ops.report";
