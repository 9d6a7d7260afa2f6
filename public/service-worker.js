// Keeps the pages that were seen, so that they open without a network. It never answers for /api/, never keeps anything but
// whole successful pages and the site's own hashed files, and leaves pages unchanged: how old a page is, the page says
// itself from its <time id="rendered-at">.

// The build fills in these two; with its other files they change together.
const BUILD_ID = "@BUILD_ID@";
const STYLESHEET = "@STYLESHEET@";

const PAGES = "inferno-kpi-pages";
const ASSETS = `inferno-kpi-assets-${BUILD_ID}`;
const PAGE_LIMIT = 50;
const NETWORK_TIMEOUT_MS = 3000;

// Small files without a hash in their names that every page asks for; a changed one changes the build's id.
const COMMON_FILES = ["/favicon.svg", "/manifest.webmanifest"];

self.addEventListener("install", (event) => {
  // What the API is asked or told never waits for this worker; a page view reported while leaving would be lost.
  event.addRoutes?.({ condition: { urlPattern: "/api/*" }, source: "network" });
  event.waitUntil(prepare());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api/")) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (isAsset(url)) {
    event.respondWith(asset(request, url));
  }
});

async function prepare() {
  const cache = await caches.open(ASSETS);
  const wanted = STYLESHEET.startsWith("/") ? [...COMMON_FILES, STYLESHEET] : COMMON_FILES;
  // A missing file must not keep the worker from being installed.
  await Promise.allSettled(wanted.map((path) => cache.add(new Request(path, { cache: "reload" }))));
  await self.skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("inferno-kpi-assets-") && name !== ASSETS) {
      await caches.delete(name);
    }
  }
  await self.clients.claim();
  // The page that brought this worker was loaded without it: keep that page too.
  const windows = await self.clients.matchAll({ type: "window" });
  await Promise.allSettled(windows.map((client) => rememberOpenPage(client.url)));
}

async function rememberOpenPage(address) {
  const url = new URL(address);
  if (url.pathname.startsWith("/api/") || url.pathname === "/offline") {
    return;
  }
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!isKeepable(response)) {
    return;
  }
  const text = await response.clone().text();
  await keepPage(url, response);
  const cache = await caches.open(ASSETS);
  const hashed = new Set(Array.from(text.matchAll(/(?:href|src)="(\/pkg\/[^"]+)"/g), (match) => match[1]));
  await Promise.allSettled(Array.from(hashed, (path) => cache.add(path)));
}

// Network first; a page seen before after three seconds or without a network; else the list of pages that were seen.
async function page(event) {
  const url = new URL(event.request.url);
  const fromNetwork = fetch(event.request).then((response) => {
    if (isKeepable(response)) {
      event.waitUntil(keepPage(url, response.clone()));
    }
    return response;
  });
  // Without this a failure after the timeout would be reported as unhandled.
  fromNetwork.catch(() => undefined);
  event.waitUntil(fromNetwork.then(() => undefined, () => undefined));

  const seen = await (await caches.open(PAGES)).match(pageKey(url));
  try {
    return await (seen ? withTimeout(fromNetwork) : fromNetwork);
  } catch {
    return seen ?? offlinePage(url);
  }
}

function withTimeout(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("timeout")), NETWORK_TIMEOUT_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isKeepable(response) {
  const type = response.headers.get("content-type") ?? "";
  const control = response.headers.get("cache-control") ?? "";
  return (
    response.status === 200 &&
    response.type === "basic" &&
    !response.redirected &&
    type.startsWith("text/html") &&
    !control.includes("no-store")
  );
}

function pageKey(url) {
  const key = new URL(url);
  key.hash = "";
  return key.href;
}

// Putting a page in again moves it to the end, so the first keys are the oldest.
async function keepPage(url, response) {
  const cache = await caches.open(PAGES);
  const key = pageKey(url);
  await cache.delete(key);
  await cache.put(key, response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - PAGE_LIMIT)).map((old) => cache.delete(old)));
}

function isAsset(url) {
  return url.pathname.startsWith("/pkg/") || COMMON_FILES.includes(url.pathname);
}

// These files never change within a build, so the cache may answer first.
async function asset(request, url) {
  const cache = await caches.open(ASSETS);
  const known = await cache.match(url.pathname);
  if (known) {
    return known;
  }
  try {
    const response = await fetch(request);
    if (response.status === 200 && response.type === "basic") {
      await cache.put(url.pathname, response.clone());
    }
    return response;
  } catch (error) {
    // A page from before the last build asks for that build's files: this build's stand in for them.
    const successor = await sameKind(cache, url);
    if (successor) {
      return successor;
    }
    throw error;
  }
}

async function sameKind(cache, url) {
  const kind = /^\/pkg\/([^/.]+)\.[0-9a-f]+\.(css|js|wasm)$/.exec(url.pathname);
  if (!kind) {
    return undefined;
  }
  for (const key of await cache.keys()) {
    const path = new URL(key.url).pathname;
    if (path.startsWith(`/pkg/${kind[1]}.`) && path.endsWith(`.${kind[2]}`)) {
      return cache.match(key);
    }
  }
  return undefined;
}

async function offlinePage(url) {
  const asked = url.pathname === "/offline";
  const listed = await seenPages();
  const list = listed.length
    ? `<ul>${listed.map((seen) => `<li><a href="${escape(seen.path)}">${seen.title}</a>${seen.time}</li>`).join("")}</ul>`
    : "<p>No page has been opened on this device yet.</p>";
  const style = STYLESHEET.startsWith("/") ? `<link rel="stylesheet" href="${STYLESHEET}">` : "";
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Offline · Inferno KPI</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${style}
</head>
<body>
<main id="main">
<h1>You are offline</h1>
<p>${asked ? "" : "This page has not been opened on this device before. "}These pages are kept here as they were when last seen:</p>
${list}
</main>
</body>
</html>`;
  return new Response(html, {
    status: asked ? 200 : 503,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'self'",
      "Cache-Control": "no-store",
    },
  });
}

// The pages kept, the newest first: address, title and the time they were rendered.
async function seenPages() {
  const cache = await caches.open(PAGES);
  const keys = await cache.keys();
  const seen = await Promise.all(
    keys.map(async (key) => {
      const response = await cache.match(key);
      const text = response ? await response.text() : "";
      const url = new URL(key.url);
      const path = url.pathname + url.search;
      // Both pieces stand in the kept page as valid HTML text and stay so here.
      const title = /<title[^>]*>([^<]+)<\/title>/.exec(text)?.[1].trim() || escape(path);
      const time = /<time[^>]*\bid="rendered-at"[^>]*>/.exec(text)?.[0];
      const instant = time && /\bdatetime="([0-9T:.Z+-]+)"/.exec(time)?.[1];
      return {
        path,
        title,
        time: instant ? ` <time datetime="${instant}">${instant.slice(0, 16).replace("T", " ")} UTC</time>` : "",
      };
    }),
  );
  return seen.reverse();
}

function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
