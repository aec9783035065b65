// Loaded before a Node.js program that plays a container: gives it the network of its task. On AWS each task has its own
// address; here all share 127.0.0.1, so ports are moved. A folder of the task has a file for each port that its
// containers listen on, see hostNetwork.ts.
//
// Relies on: everything that listens or connects in Node.js, including HTTP and TLS, doing so by `listen` of
// net.Server's prototype and `connect` of net.Socket's, the latter possibly with its arguments in one array.
// Check: `listen` must report the port of a program that has one; a trial connection, which is not really made, must
// arrive at `connect`.
// Otherwise: the task does not start.
"use strict";
const {
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const net = require("node:net");
const { join } = require("node:path");
const process = require("node:process");

const task = process.env.ECS_HANDSON_TASK;
delete process.env.ECS_HANDSON_TASK;
if (task !== undefined) {
  const { containerPort, endpoints, network, name } = JSON.parse(task);
  const ports = network === undefined ? undefined : new TaskPorts(network, name);
  listenOnFreePorts(containerPort, ports);
  assertConnecting();
  connectWithin(endpoints, ports);
  endWithTheLab();
}

/** Maps the ports that the task's containers listen on to ports of this machine. */
function TaskPorts(folder, container) {
  const file = (port) => join(folder, String(port));
  // Linked or renamed into place, so that the file is complete as soon as it exists: others read it.
  const write = (port, actual, place) => {
    const draft = join(folder, `.${port}-${process.pid}`);
    writeFileSync(draft, JSON.stringify({ container, port: actual }));
    try {
      place(draft, file(port));
    } finally {
      rmSync(draft, { force: true });
    }
  };
  const read = (port) => {
    try {
      return JSON.parse(readFileSync(file(port), "utf8"));
    } catch {
      return undefined; // nothing listens there, or the task's network is gone
    }
  };
  /** @returns false if another container of the task uses that port */
  this.claim = (port) => {
    for (;;) {
      try {
        write(port, 0, linkSync);
        return true;
      } catch ({ code }) {
        if (code !== "EEXIST") return true; // the task's network is gone
        const owner = read(port);
        // A port whose file cannot be read counts as taken; if the file is gone, the port was released meanwhile.
        if (owner !== undefined || existsSync(file(port))) return owner?.container === container;
      }
    }
  };
  this.set = (port, actual) => write(port, actual, renameSync);
  this.release = (port) => rmSync(file(port), { force: true });
  this.actual = (port) => read(port)?.port;
}

/** Replaces every port that the program listens on by a free one; reports the replacement of the container's port. */
function listenOnFreePorts(containerPort, ports) {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (...args) {
    const { options, callback } = normalized(args);
    if (options?.port === undefined) return listen.apply(this, args);
    const wanted = Number(options.port);
    if (wanted !== 0 && ports?.claim(wanted) === false) {
      const error = refusal("listen", "EADDRINUSE", "address already in use", "0.0.0.0", wanted);
      process.nextTick(() => this.emit("error", error));
      return this;
    }
    this.once("listening", () => {
      const { port } = this.address();
      ports?.set(wanted === 0 ? port : wanted, port);
      // The program may also connect to the port that its server reports.
      if (wanted !== 0) ports?.set(port, port);
      if (wanted === containerPort) process.send?.({ port });
      this.once("close", () => {
        ports?.release(port);
        ports?.release(wanted);
      });
    });
    return listen.call(this, { ...options, port: 0, host: "127.0.0.1" }, callback);
  };
}

/**
 * Redirects connections to Service Connect names to their proxy, and those to localhost to the task's own ports, since
 * nothing else on this machine belongs to the task.
 */
function connectWithin(endpoints, ports) {
  const proxies = new Map(
    endpoints.map(({ dnsName, port, proxyPort }) => [`${dnsName}:${port}`, proxyPort]),
  );
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    // net.connect passes options and callback as one array.
    const { options, callback } = normalized(Array.isArray(args[0]) ? args[0] : args);
    if (options?.port === undefined) return connect.apply(this, args);
    const host = String(options.host ?? "localhost").toLowerCase();
    let port = proxies.get(`${host}:${options.port}`);
    if (port === undefined && ports !== undefined && isLoopback(host)) {
      port = ports.actual(options.port);
      if (!port) {
        const error = refusal("connect", "ECONNREFUSED", "", "127.0.0.1", Number(options.port));
        process.nextTick(() => this.destroy(error));
        return this;
      }
    }
    if (port === undefined) return connect.apply(this, args);
    return connect.call(this, { ...options, host: "127.0.0.1", port }, callback);
  };
}

/** @throws Error if Node.js makes connections in another way. */
function assertConnecting() {
  const { connect } = net.Socket.prototype;
  let isSeen = false;
  net.Socket.prototype.connect = function () {
    isSeen = true;
    return this;
  };
  net.createConnection({ port: 1, host: "127.0.0.1" });
  net.Socket.prototype.connect = connect;
  if (!isSeen)
    throw new Error(`Node.js ${process.version} connects in a way that the lab does not know`);
}

function isLoopback(host) {
  return /^(localhost|127(\.\d+){3}|::1|\[::1\]|0\.0\.0\.0|::)$/.test(host);
}

/** An error as Node itself creates it from a system error. */
function refusal(syscall, code, why, address, port) {
  const text = `${syscall} ${code}${why === "" ? "" : `: ${why}`} ${address}:${port}`;
  const errno = require("node:os").constants.errno[code];
  return Object.assign(new Error(text), { errno: -errno, code, syscall, address, port });
}

function endWithTheLab() {
  process.once("disconnect", () => process.exit(0));
  process.channel?.unref(); // the channel must not keep a finished program alive
}

/** The arguments of `listen` or `connect` as options; undefined for a path or without arguments. */
function normalized(args) {
  const [first, second] = args;
  const callback = args.find((arg) => typeof arg === "function");
  if (typeof first === "object" && first !== null) return { options: first, callback };
  if (!/^\d+$/.test(String(first))) return { callback };
  const host = typeof second === "string" ? second : undefined;
  return { options: { port: first, host }, callback };
}
