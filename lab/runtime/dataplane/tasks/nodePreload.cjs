// Loaded before a Node program that plays a container: gives it the network of its task.
// On AWS each task has an address of its own; here all share 127.0.0.1, so ports are moved.
"use strict";
const net = require("node:net");
const process = require("node:process");

const task = process.env.ECS_HANDSON_TASK;
delete process.env.ECS_HANDSON_TASK;
if (task !== undefined) {
  const { containerPort, endpoints } = JSON.parse(task);
  listenOnFreePorts(containerPort);
  connectByName(endpoints);
  endWithTheLab();
}

/** Whatever port the program listens on becomes a free one; the lab is told which the container's is. */
function listenOnFreePorts(containerPort) {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (...args) {
    const { options, callback } = normalized(args);
    if (options?.port === undefined) return listen.apply(this, args);
    if (Number(options.port) === containerPort) {
      this.once("listening", () => process.send?.({ port: this.address().port }));
    }
    return listen.call(this, { ...options, port: 0, host: "127.0.0.1" }, callback);
  };
}

/** Connections to a name of the task's Service Connect namespace go to its proxy. */
function connectByName(endpoints) {
  const proxies = new Map(
    endpoints.map(({ dnsName, port, proxyPort }) => [`${dnsName}:${port}`, proxyPort]),
  );
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    // What net.connect hands on is one list of options and callback.
    const { options, callback } = normalized(Array.isArray(args[0]) ? args[0] : args);
    const port = proxies.get(`${String(options?.host).toLowerCase()}:${options?.port}`);
    if (port === undefined) return connect.apply(this, args);
    return connect.call(this, { ...options, host: "127.0.0.1", port }, callback);
  };
}

function endWithTheLab() {
  process.once("disconnect", () => process.exit(0));
  process.channel?.unref(); // the channel alone must not keep a program that has finished
}

/** The arguments of `listen` or `connect` as options; none for a path or for nothing. */
function normalized(args) {
  const [first, second] = args;
  const callback = args.find((arg) => typeof arg === "function");
  if (typeof first === "object" && first !== null) return { options: first, callback };
  if (!/^\d+$/.test(String(first))) return { callback };
  const host = typeof second === "string" ? second : undefined;
  return { options: { port: first, host }, callback };
}
