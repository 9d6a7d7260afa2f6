// Starts the development build of the server on a free port with data of its own, and stops it afterwards. Tests import
// `test` and `expect` from here; `page.goto("/")` then reaches a furnished server that the tests of a worker share. They only
// read from it; a test that writes starts a server of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";
import { furnish } from "./furnish";

export { expect } from "@playwright/test";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** The repository; the server runs there, as `make run` runs it. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** The program under test; INFERNO_KPI_PROGRAM names another build of it. */
export const program = process.env.INFERNO_KPI_PROGRAM ?? path.join(repository, "target/debug/inferno-kpi");

/** Where results are written that are not Playwright's own. */
export const results = path.join(repository, "target/test-results");

/** How a server is started. */
export interface ServerOptions {
  /** More words for its command line. */
  words?: string[];
  /** A folder of data that is there already; without it a new one. */
  data?: string;
  /** The port of a server that has ended; without it a free one. */
  port?: number;
}

/** An observation as the API takes it. */
export interface Observation {
  kpi: string;
  value: string | number;
  unit?: string;
  time?: string;
  note?: string;
  person?: string;
  evidence?: string;
}

export class Server {
  private isFrozen = false;

  private constructor(
    /** Without a slash at the end, as `http://127.0.0.1:41234`. */
    readonly url: string,
    /** The folder of its data; removed after the last test of the worker. */
    readonly data: string,
    private readonly child: ChildProcess,
    private readonly errors: string[],
  ) {}

  /** Starts a server and waits until it listens. */
  static async start({ words: extra = [], data, port = 0 }: ServerOptions = {}): Promise<Server> {
    const folder = data ?? (await mkdtemp(path.join(tmpdir(), "inferno-kpi-test-")));
    const site = path.join(repository, "target/site");
    const words = ["serve", "--address", `127.0.0.1:${port}`, "--data", folder, "--site", site, ...extra];
    const child = spawn(program, words, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
    const errors: string[] = [];
    child.stderr.on("data", (bytes) => errors.push(String(bytes)));
    try {
      return new Server(await listeningAddress(child, errors), folder, child, errors);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** The port that it listens on. */
  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Records observations as another program would; resolves when the server has acknowledged all of them. */
  async record(...observations: Observation[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/observations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(observations),
    });
    if (response.status !== 201) {
      throw new Error(`the server answered ${response.status}: ${await response.text()}`);
    }
  }

  /** A KPI as the API shows it. */
  async kpi(id: string): Promise<{ status: string; value: { text: string; origin: string } | null }> {
    return (await (await fetch(`${this.url}/api/v1/kpis/${id}`)).json()) as never;
  }

  /** What the server wrote to its standard error so far. */
  log(): string {
    return this.errors.join("");
  }

  /** Ends the process as a power cut would; its data stays. */
  async kill(): Promise<void> {
    await stop(this.child, "SIGKILL");
  }

  /** Leaves the process without a turn, as a network does that loses every packet. */
  freeze(): void {
    this.isFrozen = true;
    this.child.kill("SIGSTOP");
  }

  /** Ends the process in order. */
  async end(): Promise<void> {
    await stop(this.child, this.isFrozen ? "SIGKILL" : "SIGTERM");
  }

  /** Ends the process in order and removes its data. */
  async close(): Promise<void> {
    await this.end();
    await rm(this.data, { recursive: true, force: true });
  }
}

function listeningAddress(child: ChildProcess, errors: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server ${why}\n${errors.join("")}`));
    const timer = setTimeout(() => fail("said nothing about listening for 30 s"), START_LIMIT_MS);
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => fail(`ended before it listened (${code ?? signal})`));
    // The lines after the address are read too, or the pipe would fill and stop the server.
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (address) {
        clearTimeout(timer);
        resolve(address.replace(/\/$/, ""));
      }
    });
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

interface TestFixtures {
  /** Starts a server for this test alone; it is closed after the test. */
  start: (options?: ServerOptions) => Promise<Server>;
  serverLog: void;
}

interface WorkerFixtures {
  /** The furnished server that `page.goto("/")` reaches; for reading. */
  server: Server;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await furnish(server);
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  start: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (options) => {
      const server = await Server.start(options);
      servers.push(server);
      return server;
    });
    // All have ended before anything is removed: two may have had the same data.
    await Promise.all(servers.map((server) => server.end()));
    for (const server of servers) {
      await server.close();
    }
  },
  baseURL: async ({ server }, use) => use(server.url),
  serverLog: [
    async ({ server }, use, testInfo) => {
      const before = server.log().length;
      await use();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server's standard error", { body: server.log().slice(before), contentType: "text/plain" });
      }
    },
    { auto: true },
  ],
});
