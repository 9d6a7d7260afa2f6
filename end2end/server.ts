// Starts the development build of the server on a free port with data of its own, once per worker, and stops it afterwards.
// Tests import `test` and `expect` from here; `page.goto("/")` then reaches that server.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test as base } from "@playwright/test";

export { expect } from "@playwright/test";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** The repository; the server runs there, as `make run` runs it. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Where results are written that are not Playwright's own. */
export const results = path.join(repository, "target/test-results");

export class Server {
  private constructor(
    /** Without a slash at the end, as `http://127.0.0.1:41234`. */
    readonly url: string,
    /** The folder of its data; removed after the last test of the worker. */
    readonly data: string,
    private readonly child: ChildProcess,
    private readonly errors: string[],
  ) {}

  /** Starts a server with these extra words on its command line; with `data`, on a folder that is there already. */
  static async start(extra: string[] = [], data?: string): Promise<Server> {
    const folder = data ?? (await mkdtemp(path.join(tmpdir(), "inferno-kpi-test-")));
    const program = process.env.INFERNO_KPI_PROGRAM ?? path.join(repository, "target/debug/inferno-kpi");
    const site = path.join(repository, "target/site");
    const words = ["serve", "--address", "127.0.0.1:0", "--data", folder, "--site", site, ...extra];
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

  /** What the server wrote to its standard error so far. */
  log(): string {
    return this.errors.join("");
  }

  /** Ends the process as a power cut would; its data stays. */
  async kill(): Promise<void> {
    await stop(this.child, "SIGKILL");
  }

  /** Leaves the process without a turn, as a network does that loses every packet; only `kill` ends it then. */
  freeze(): void {
    this.child.kill("SIGSTOP");
  }

  /** Ends the process in order and removes its data. */
  async close(): Promise<void> {
    await stop(this.child, "SIGTERM");
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

export const test = base.extend<{ serverLog: void }, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
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
