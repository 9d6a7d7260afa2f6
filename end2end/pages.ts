// The pages that the tests go through, and what each must say first.

/** A page of the product. */
export interface PageUnderTest {
  path: string;
  heading: string;
  /** The answer's status; 200 where it is left out. */
  status?: number;
}

/** Every kind of page; the KPIs are one with a history, one without any value, one that people judge and one of a band. */
export const pages: PageUnderTest[] = [
  { path: "/", heading: "Overview" },
  { path: "/tracks/track-4", heading: "CI/CD Pipeline" },
  { path: "/kpis/pipeline-build-time", heading: "Build Time" },
  { path: "/kpis/lead-time-for-changes", heading: "Lead Time for Changes" },
  { path: "/kpis/wcag-compliance", heading: "WCAG Compliance" },
  { path: "/kpis/capacity-utilization", heading: "Capacity Utilization" },
  { path: "/gates", heading: "Gates" },
  { path: "/alerts", heading: "Alerts" },
  { path: "/benchmarks", heading: "Benchmarks" },
  { path: "/sources", heading: "Sources" },
  { path: "/sources/dead-letters", heading: "Dead letters" },
  { path: "/sources/import", heading: "Import a table" },
  { path: "/sources/tokens", heading: "Tokens" },
  { path: "/series", heading: "Series" },
  { path: "/check-in", heading: "Check in" },
  { path: "/catalogue", heading: "Catalogue" },
  { path: "/settings", heading: "Settings" },
  { path: "/docs/problems", heading: "Problems" },
  { path: "/nowhere", heading: "Page not found", status: 404 },
];
