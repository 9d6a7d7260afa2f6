// The pages that the tests go through, and what each must say first.

/** A page of the product. */
export interface PageUnderTest {
  path: string;
  heading: string;
  /** The answer's status; 200 where it is left out. */
  status?: number;
}

/** Every kind of page; the two KPIs are one with a history and one without any value. */
export const pages: PageUnderTest[] = [
  { path: "/", heading: "Overview" },
  { path: "/tracks/track-4", heading: "CI/CD Pipeline" },
  { path: "/kpis/pipeline-build-time", heading: "Build Time" },
  { path: "/kpis/lead-time-for-changes", heading: "Lead Time for Changes" },
  { path: "/gates", heading: "Gates" },
  { path: "/alerts", heading: "Alerts" },
  { path: "/benchmarks", heading: "Benchmarks" },
  { path: "/sources", heading: "Sources" },
  { path: "/sources/dead-letters", heading: "Dead letters" },
  { path: "/sources/tokens", heading: "Tokens" },
  { path: "/series", heading: "Series" },
  { path: "/check-in", heading: "Check in" },
  { path: "/catalogue", heading: "Catalogue" },
  { path: "/settings", heading: "Settings" },
  { path: "/nowhere", heading: "Page not found", status: 404 },
];
