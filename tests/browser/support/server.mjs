// A static host like the ones the site is made for: dist/ at the root and again under a sub-path,
// every request recorded; and a proxy that leads nowhere and records who tried to leave.

import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const DIST = process.env.DIST ?? fileURLToPath(new URL("../../../dist/", import.meta.url));

/** Where a project page would be hosted, below another site's root. */
export const SUB_PATH = "/some/repo/";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

function close(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

async function found(path) {
  const file = join(DIST, normalize(path));
  if (!file.startsWith(normalize(DIST))) return undefined;
  const info = await stat(file).catch(() => undefined);
  if (info?.isDirectory()) return path.endsWith("/") ? found(`${path}index.html`) : { redirect: `${path}/` };
  return info && { body: await readFile(file), type: TYPES[extname(file)] ?? "application/octet-stream" };
}

/**
 * Starts the host. `requests` holds {path, status} of everything asked for. `alter(path, answer)` may
 * be set by a test to change or replace an answer ({status, type, body}).
 */
export async function startServer() {
  const host = { requests: [], alter: undefined };
  const server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const prefix = asked.startsWith(SUB_PATH) ? SUB_PATH : "/";
    const path = `/${asked.slice(prefix.length)}`;
    let answer = await found(path);
    if (answer?.redirect) {
      response.writeHead(301, { location: prefix + answer.redirect.slice(1) }).end();
      return;
    }
    const status = answer ? 200 : 404;
    answer ??= (await found("/404.html")) ?? { body: "not found", type: "text/plain" };
    answer = (await host.alter?.(path, { status, ...answer })) ?? { status, ...answer };
    host.requests.push({ path: asked, status: answer.status });
    response.writeHead(answer.status, { "content-type": answer.type, "cache-control": "no-cache" });
    response.end(answer.body);
  });
  const port = await listen(server);
  host.origin = `http://127.0.0.1:${port}`;
  host.stop = () => close(server);
  return host;
}

/** Starts the proxy; `tried` lists what would have left this machine. */
export async function startProxy() {
  const tried = [];
  const server = createServer((request, response) => {
    tried.push(request.url);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    tried.push(request.url);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  const port = await listen(server);
  return { tried, port, stop: () => close(server) };
}

/** An `alter` that runs `act` in every worker before the worker's own script. */
export function inWorker(act) {
  return (path, answer) =>
    /\/worker[^/]*\.js$/.test(path)
      ? { ...answer, body: Buffer.concat([Buffer.from(`(${act})();\n`), answer.body]) }
      : answer;
}
