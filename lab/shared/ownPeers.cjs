// Finds out who is at the other end of a connection from this machine. Every port of 127.0.0.1 is open to all users of
// a machine, so a server for its own user has to check. Written in plain JavaScript, because it is also preloaded into
// programs without a loader, and copied beside a CLI's language host.
"use strict";
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { endianness } = require("node:os");
const { performance } = require("node:perf_hooks");

const TABLE = "/proc/net/tcp";
const TABLE_OF_IPV6 = "/proc/net/tcp6";
/** How many times to look for a connection: the kernel may skip one while it lists others that come and go. */
const LOOKS = 3;
/** How long a listing may be reused for connections that it contains, in ms, to handle bursts. */
const LOOK_MS = 10;

/** @type {{ at: number, owners: Map<string, number> }} */
let lastLook = { at: -Infinity, owners: new Map() };

/**
 * Whether the other end of a connection to 127.0.0.1 belongs to this process's user or to root. If that cannot be
 * determined, Linux rejects it; see docs/lab-security.md for other systems.
 */
exports.isOwnPeer = (socket) => {
  const { destroyed, localAddress, localPort, remoteAddress, remotePort } = socket;
  if (destroyed) return false;
  // No address and no port: a Unix socket, which is protected by its file's permissions.
  if (remoteAddress === undefined) return localPort === undefined;
  // A server on other addresses is meant for others too.
  if (!isLoopback(localAddress)) return true;
  const ends = { from: [remoteAddress, remotePort], to: [localAddress, localPort] };
  if (process.platform === "linux") return isOwnOnLinux(ends);
  return process.platform === "win32" || exports.isOwnByLsof(ends, process.geteuid());
};

/**
 * Throws an Error with the remedy if {@link isOwnPeer} would reject everybody.
 */
exports.assertPeersKnown = () => {
  if (process.platform !== "linux") return;
  try {
    readFileSync(TABLE);
  } catch (error) {
    throw new Error(
      `the lab cannot tell who connects to its ports (${error.message}): mount /proc and make it readable`,
      { cause: error },
    );
  }
};

function isOwnOnLinux({ from, to }) {
  const connection = `${hex(...from)} ${hex(...to)}`;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0 || performance.now() - lastLook.at > LOOK_MS) {
      lastLook = { at: performance.now(), owners: ownersOfConnections(TABLE) };
    }
    let owner = lastLook.owners.get(connection);
    // Each entry is used once, since a later connection could have the same ports.
    lastLook.owners.delete(connection);
    // Connections over IPv6 to an IPv4 address are in the other table, but rare.
    owner ??= ownersOfConnections(TABLE_OF_IPV6).get(connection);
    if (owner !== undefined) return owner === process.geteuid() || owner === 0;
  }
  return false;
}

/**
 * The users of this machine's TCP sockets, by the sockets' two ends. Source: Linux,
 * Documentation/networking/proc_net_tcp.rst.
 */
function ownersOfConnections(table) {
  const owners = new Map();
  for (const line of linesOf(table).slice(1)) {
    const [, local, remote, , , , , uid, , inode] = line.trim().split(/\s+/);
    // A socket that its process has closed belongs to nobody; the kernel lists it with user 0 and inode 0.
    if (inode === undefined || inode === "0") continue;
    owners.set(`${ipv4(local)} ${ipv4(remote)}`, Number(uid));
  }
  return owners;
}

function linesOf(table) {
  try {
    return readFileSync(table, "latin1").split("\n");
  } catch {
    return []; // without IPv6, this table does not exist
  }
}

const isLittle = endianness() === "LE";
const MAPPED = isLittle ? "0000000000000000FFFF0000" : "00000000000000000000FFFF";
/** Converts an IPv4-mapped IPv6 address to IPv4. */
const ipv4 = (end) => (end.startsWith(MAPPED) ? end.slice(MAPPED.length) : end);

/** An address and port as the kernel lists them: `0100007F:1F90`. */
function hex(address, port) {
  const bytes = bytesOf(address);
  const words = Array.from({ length: bytes.length / 4 }, (_, at) =>
    bytes.slice(4 * at, 4 * at + 4),
  );
  const ordered = words.flatMap((word) => (isLittle ? word.reverse() : word));
  const digits = (number, length) => number.toString(16).toUpperCase().padStart(length, "0");
  return `${ordered.map((byte) => digits(byte, 2)).join("")}:${digits(port, 4)}`;
}

function bytesOf(address) {
  if (address === "::1") return [...Array(15).fill(0), 1];
  return address
    .replace(/^::ffff:/, "")
    .split(".")
    .map(Number);
}

function isLoopback(address = "") {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

/**
 * As {@link isOwnPeer}, by `lsof`, which shows users their own sockets on macOS and BSD. If it does not even list this
 * process's end of the connection, it cannot be relied on, and everybody is let in.
 */
exports.isOwnByLsof = ({ from, to }, uid) => {
  const [near, far] = [to, from].map(([address, port]) => `${address}:${port}`);
  const args = ["-nP", "-a", "-u", String(uid), `-iTCP@${far}`, "-Fn"];
  let listed;
  try {
    const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/bin`;
    const stdio = ["ignore", "pipe", "ignore"];
    listed = execFileSync("lsof", args, {
      encoding: "utf8",
      env: { PATH: path },
      stdio,
      timeout: 2000,
    });
  } catch {
    return true;
  }
  const names = new Set(listed.split("\n"));
  return names.has(`n${far}->${near}`) || !names.has(`n${near}->${far}`);
};
