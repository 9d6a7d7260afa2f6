// What is pushed: the series that the embedded catalogue's measures read, with labels, over a year; the same every time.

import { readFileSync } from "node:fs";

const YEAR_MS = 365 * 86_400_000;
/** How many different users, customers, commits and so on there are. */
const ENTITIES = 1000;

/** A generator of numbers from 0 to 1 that begins with a seed (Mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The names of series with the labels that the catalogue asks of them, and the values that each label may have. */
export function series(catalogue) {
  const found = new Map();
  for (const measure of readFileSync(catalogue, "utf8").split("[[measure]]").slice(1)) {
    const entity = /^entity = "([^"]+)"/m.exec(measure)?.[1];
    const asked = /series = "([^"]+)"(?:(?:, |\n)where = \{([^}]*)\})?/g;
    for (const [, name, where] of measure.split("\n[[")[0].matchAll(asked)) {
      const labels = found.get(name) ?? new Map();
      found.set(name, labels);
      for (const [, label, one, several] of (where ?? "").matchAll(/(\w+) = (?:"([^"]*)"|\[([^\]]*)\])/g)) {
        const values = one === undefined ? [...several.matchAll(/"([^"]*)"/g)].map((match) => match[1]) : [one];
        labels.set(label, new Set([...(labels.get(label) ?? ["other"]), ...values]));
      }
      if (entity) {
        labels.set(entity, labels.get(entity) ?? null);
      }
    }
  }
  return [...found].map(([name, labels]) => ({ name, labels: [...labels].map(([label, values]) => [label, values && [...values]]) }));
}

/** The time of the place-th of `count` pieces: ascending over the year before `until_ms`, or shuffled over it. */
function times(order, count, until_ms, draw) {
  return order === "ascending"
    ? (place) => Math.floor(until_ms - YEAR_MS + (place / count) * YEAR_MS)
    : () => Math.floor(until_ms - draw() * YEAR_MS);
}

/** A function that gives the body of the next batch of observations, as JSON. */
export function observations(list, order, count, until_ms, seed) {
  const draw = chance(seed);
  const time = times(order, count, until_ms, draw);
  let place = 0;
  return (rows) => {
    const parts = [];
    for (let row = 0; row < rows; row += 1, place += 1) {
      const { name, labels } = list[Math.floor(draw() * list.length)];
      const written = labels.map(([label, values]) => {
        const value = values ? values[Math.floor(draw() * values.length)] : `${label}-${Math.floor(draw() * ENTITIES)}`;
        return `"${label}":"${value}"`;
      });
      const value = Math.round(draw() * 1e6) / 1e4;
      parts.push(`{"series":"${name}","value":${value},"time":${time(place)},"external_id":"${seed}-${place}","labels":{${written}}}`);
    }
    return { path: "/api/v1/observations?source=growth", type: "application/json", body: `[${parts}]`, rows };
  };
}

/** The same of samples, as line protocol: half of them of a series that a KPI reads. */
export function samples(order, count, until_ms, seed) {
  const draw = chance(seed);
  const time = times(order, count, until_ms, draw);
  let place = 0;
  return (rows) => {
    const lines = [];
    for (let row = 0; row < rows; row += 1, place += 1) {
      const name = draw() < 0.5 ? "resource.utilization" : "room";
      lines.push(`${name},host=h${Math.floor(draw() * 10)} value=${Math.round(draw() * 1e4) / 100} ${time(place)}`);
    }
    return { path: "/write?db=growth&precision=ms", type: "text/plain", body: lines.join("\n"), rows };
  };
}
