// A server under measurement: started, asked, stopped and killed.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** A store with nothing in it; `arguments` name it to the program. */
export function emptyStore(database) {
  const data = mkdtempSync(path.join(os.tmpdir(), "inferno-kpi-growth-"));
  const remove = () => rmSync(data, { recursive: true, force: true });
  if (database === "sqlite") {
    return { arguments: ["--data", data], remove };
  }
  const url = process.env.INFERNO_KPI_TEST_POSTGRES_URL;
  const schema = `growth_${path.basename(data).toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`;
  const statement = (text) => {
    const done = spawnSync("psql", [url, "-qc", text], { encoding: "utf8" });
    if (done.status !== 0) {
      throw new Error(`psql: ${done.stderr}`);
    }
  };
  statement(`CREATE SCHEMA ${schema}`);
  const address = `${url}${url.includes("?") ? "&" : "?"}options[search_path]=${schema}`;
  return {
    arguments: ["--data", data, "--database", address],
    remove: () => {
      statement(`SET client_min_messages = error; DROP SCHEMA ${schema} CASCADE`);
      remove();
    },
  };
}

export class Server {
  /** Starts the program and waits until a page is there. `first_answer_ms` is that time, `ready_ms` until it has caught up. */
  static async start(program, store) {
    const began = performance.now();
    const child = spawn(program, ["serve", "--address", "127.0.0.1:0", ...store.arguments], { stdio: ["ignore", "pipe", "ignore"] });
    const url = await new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`${program} ended with ${code} before it listened`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
        if (address) {
          resolve(address.replace(/\/$/, ""));
        }
      });
    });
    const server = new Server();
    Object.assign(server, { child, url, agent: new http.Agent({ keepAlive: true }) });
    server.first_answer_ms = await server.until("/", began);
    server.ready_ms = await server.until("/readyz", began);
    return server;
  }

  /** Asks again and again until the answer is 200, and gives the milliseconds since `began`. */
  async until(address, began) {
    for (;;) {
      const { status } = await this.ask("GET", address);
      if (status === 200) {
        return performance.now() - began;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** One request and its whole answer. */
  ask(method, address, type, body) {
    return new Promise((resolve, reject) => {
      const headers = type ? { "content-type": type, "content-length": Buffer.byteLength(body) } : {};
      const request = http.request(this.url + address, { method, agent: this.agent, headers }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** One that must be answered well; the milliseconds that it took. */
  async timed(method, address, type, body) {
    const began = performance.now();
    const { status, text } = await this.ask(method, address, type, body);
    if (status < 200 || status > 299) {
      throw new Error(`${method} ${address} answered ${status}: ${text.slice(0, 300)}`);
    }
    return performance.now() - began;
  }

  /** Sends a batch; where the server asks to wait, it waits. */
  async push(batch) {
    for (;;) {
      const { status, headers, text } = await this.ask("POST", batch.path, batch.type, batch.body);
      if (status >= 200 && status <= 299) {
        return;
      }
      if (status !== 503 && status !== 429) {
        throw new Error(`${batch.path} answered ${status}: ${text.slice(0, 300)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(headers["retry-after"] ?? 0.05)));
    }
  }

  /** The open event stream: `next()` waits for a change. */
  changes() {
    let told = () => {};
    const request = http.get(`${this.url}/api/v1/events`, (response) => {
      response.on("data", (part) => String(part).includes("event: change") && told());
      response.on("error", () => {});
    });
    request.on("error", () => {});
    return { next: () => new Promise((resolve) => (told = resolve)), close: () => request.destroy() };
  }

  /** `VmRSS` is what it has now, `VmHWM` the most that it had, in MB. */
  memory(name) {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"));
    return (Number(line[1]) * 1024) / 1e6;
  }

  /** Ends it with a signal; the milliseconds that it took. */
  end(signal) {
    const began = performance.now();
    this.agent.destroy();
    return new Promise((resolve) => {
      this.child.once("exit", () => resolve(performance.now() - began));
      this.child.kill(signal);
    });
  }
}
