// Answers the DHCP requests of Bootbus from a CSV file.
import { randomUUID } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIPv4 } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect } from "nats";

const HEADER = "mac,address,mask,gateway,script";
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_DHCP = {
  MACAddress: "", IPAddress: "", SubnetMask: "", DefaultGateway: "", NameServers: null, Hostname: "",
  DomainName: "", BroadcastAddress: "", NTPServers: null, LeaseTime: 0, DomainSearch: null,
};

const log = (level, text) => console.log(new Date().toISOString(), level, "responder", text);

function check(good, complaint) {
  if (!good) throw new Error(complaint);
}

// A Go front end reads a URL only as the fields of Go's url.URL.
function goUrl(text) {
  const parts = /^([a-z]+):\/\/([^\s/?#@]+)(\/(?:[^\s?#%]|%[0-9a-fA-F]{2})*)?(?:\?([^\s#]*))?$/.exec(text);
  check(parts, `not a script URL: ${text}`);
  const [, scheme, host, path = "", query = ""] = parts;
  return {
    Scheme: scheme, Opaque: "", User: null, Host: host, Path: decodeURIComponent(path), RawPath: path,
    OmitHost: false, ForceQuery: false, RawQuery: query, Fragment: "", RawFragment: "",
  };
}

const dataOf = (dhcp, url = null, code = 0, message = "") => ({
  DHCP: { ...NO_DHCP, ...dhcp },
  Netboot: { AllowNetboot: url !== null, IPXEScriptURL: url },
  Error: { Code: code, Message: message },
});
const refusal = (code, message) => dataOf({}, null, code, message);

function isMask(text) {
  const hostBits = ~text.split(".").reduce((bits, byte) => (bits << 8) | byte, 0);
  return isIPv4(text) && (hostBits & (hostBits + 1)) === 0;
}

function fieldsOf(line) {
  const fields = [];
  for (const [, quoted, plain, end] of line.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/gy)) {
    fields.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end === "") break;
  }
  return fields;
}

function record(line) {
  const fields = fieldsOf(line);
  check(fields.length === 5, `${fields.length} readable columns instead of 5`);
  const [mac, address, mask, gateway, script] = fields;
  const written = mac.toLowerCase().replaceAll("-", ":");
  check(MAC.test(written), `not a MAC address: ${mac}`);
  check(address === "" || isIPv4(address), `not an IPv4 address: ${address}`);
  check(mask === "" || isMask(mask), `not a subnet mask: ${mask}`);
  check(gateway === "" || isIPv4(gateway), `not an IPv4 address: ${gateway}`);
  const dhcp = { MACAddress: written, IPAddress: address, SubnetMask: mask, DefaultGateway: gateway, LeaseTime: 3600 };
  return dataOf(dhcp, script === "" ? null : goUrl(script));
}

function read(path) {
  const [header, ...lines] = readFileSync(path, "utf8").replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
  check(header.trim().toLowerCase() === HEADER, `the first line of ${path} is not ${HEADER}`);
  const machines = new Map();
  lines.forEach((line, index) => {
    try {
      const data = record(line);
      machines.set(data.DHCP.MACAddress, data);
    } catch (e) {
      log("WARN", `skipped line=${index + 2} why="${e.message}"`);
    }
  });
  log("INFO", `read file=${path} machines=${machines.size}`);
  return machines;
}

let machines, changed;
function known(path) {
  const { mtimeNs } = statSync(path, { bigint: true });
  if (mtimeNs !== changed) {
    machines = read(path);
    changed = mtimeNs;
  }
  return machines;
}

const field = (object, name) =>
  Object.entries(Object(object)).find(([key]) => key.toLowerCase() === name)?.[1];

function asked(message) {
  try {
    const data = field(message.json(), "data");
    const sent = String(field(data, "macaddress"));
    const mac = /^[A-Za-z0-9+/]{8}$/.test(sent)
      ? Buffer.from(sent, "base64").toString("hex").replace(/..(?!$)/g, "$&:")
      : sent.toLowerCase().replaceAll("-", ":");
    return { mac: MAC.test(mac) ? mac : "", trace: String(field(data, "traceparent")) };
  } catch {
    return { mac: "", trace: "" };
  }
}

function dataFor(mac, path) {
  if (mac === "") return refusal(400, "not a JSON event with a MACAddress in its data");
  try {
    return known(path).get(mac) ?? refusal(404, `${mac} is not known`);
  } catch (e) {
    return refusal(503, e.message);
  }
}

function answer(message, path) {
  const { mac, trace } = asked(message);
  const data = dataFor(mac, path);
  const { Code: code, Message: why } = data.Error;
  log("INFO", why ? `refused mac=${mac} code=${code} why="${why}"` : `answered mac=${mac} address=${data.DHCP.IPAddress}`);
  return {
    specversion: "1.0", id: randomUUID(), source: "/bootbus/example/node", type: "dev.bootbus.dhcp.response",
    datacontenttype: "application/json", ...(TRACEPARENT.test(trace) && { traceparent: trace }), data,
  };
}

function readOptions() {
  const csv = { type: "string", default: "machines.csv" };
  const nats = { type: "string", default: process.env.NATS_URL ?? "nats://127.0.0.1:4222" };
  const subject = { type: "string", default: "bootbus.v1.dhcp" };
  const { values } = parseArgs({ options: { csv, nats, subject } });
  const { protocol, host, username, password } = new URL(values.nats);
  check(protocol === "nats:" && host !== "", "--nats is nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]");
  const user = decodeURIComponent(username);
  const login = password === "" ? { token: user } : { user, pass: decodeURIComponent(password) };
  return { ...values, servers: host, login };
}

async function connected(options) {
  for (let told = ""; ; await delay(1000)) {
    try {
      return await connect(options);
    } catch (e) {
      if (told !== e.message) log("WARN", `not connected to ${options.servers}: ${e.message}`);
      told = e.message;
    }
  }
}

async function tellOf(bus) {
  for await (const { type, data } of bus.status()) {
    if (type === "reconnect") log("INFO", `connected ${data}`);
    if (type === "disconnect" || type === "error") log("WARN", `${type} ${data}`);
  }
}

async function serve({ csv, servers, login, subject }) {
  let bus;
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, async () => {
      await Promise.race([bus?.drain().catch(() => {}), delay(1000)]); // what has arrived is still answered
      log("INFO", "stopped");
      process.exit(0);
    });
  }
  bus = await connected({
    servers, ...login, reconnectTimeWait: 1000, maxReconnectAttempts: -1, ignoreAuthErrorAbort: true, pingInterval: 20_000,
  });
  tellOf(bus);
  const requests = bus.subscribe(subject, { queue: "responders" });
  await bus.flush(); // so the server has the subscription
  log("INFO", `ready subject=${subject}`);
  for await (const message of requests) {
    message.respond(JSON.stringify(answer(message, csv)));
  }
}

try {
  const options = readOptions();
  known(options.csv);
  await serve(options);
} catch (e) {
  console.error(`responder: ${e.message}`);
  process.exit(2);
}
