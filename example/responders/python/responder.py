"""Answers the DHCP requests of Bootbus from a CSV file. No NATS library: NATS is lines of text on a socket."""
import argparse, base64, csv, functools, ipaddress, json, logging, os, re, signal, socket, sys, time, uuid
from urllib.parse import unquote, urlsplit
MAC, TRACE = "[0-9a-f]{2}(:[0-9a-f]{2}){5}", "[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"

def record(mac, address, mask, gateway, script):  # the data of an answer; what is unset may be left out
    if not re.fullmatch(MAC, mac) or not re.fullmatch(r"([a-z]+://[^\s/?#@]+([/?]([^\s#%]|%[\da-fA-F]{2})*)?)?", script):
        raise ValueError(f"not a MAC address, or not a URL: {mac} {script}")
    network, _ = ipaddress.IPv4Interface(f"{address or '0.0.0.0'}/{mask or 0}"), ipaddress.IPv4Address(gateway or 0)
    scheme, netloc, path, query, _ = urlsplit(script)  # a Go front end reads them only apart, as its url.URL
    url = {"Scheme": scheme, "Host": netloc, "Path": unquote(path), "RawPath": path, "RawQuery": query}
    return {"DHCP": {"MACAddress": mac, "IPAddress": address, "SubnetMask": mask and str(network.netmask),
                     "DefaultGateway": gateway, "LeaseTime": 3600},
            "Netboot": {"AllowNetboot": script != "", "IPXEScriptURL": url if script else None}}

@functools.lru_cache(maxsize=1)
def read(path, changed):  # once for each time of change
    known = {}
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        if file.readline().strip().lower() != "mac,address,mask,gateway,script":
            raise OSError(f"the first line of {path} is not mac,address,mask,gateway,script")
        for number, line in enumerate(file.read().rstrip().splitlines(), 2):
            try:
                mac, *others = map(str.strip, next(csv.reader([line])))
                known[mac] = record(mac := mac.lower().replace("-", ":"), *others)
            except (ValueError, TypeError, csv.Error) as e:
                logging.warning('skipped line=%d why="%s"', number, e)
    logging.info("read file=%s machines=%d", path, len(known))
    return known

def answer(path, message, trace=""):
    try:
        asked = json.loads(message, object_hook=lambda o: {key.lower(): value for key, value in o.items()})["data"]
        sent, trace = asked["macaddress"], str(asked.get("traceparent"))
        mac = base64.b64decode(sent).hex(":") if len(sent) == 8 else sent.lower().replace("-", ":")
        known = read(path, os.stat(path).st_mtime_ns)
        data = known.get(re.fullmatch(MAC, mac)[0]) or {"Error": {"Code": 404, "Message": f"{mac} is not known"}}
    except OSError as e:
        data = {"Error": {"Code": 503, "Message": str(e)}}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        data = {"Error": {"Code": 400, "Message": "not a JSON event with a MACAddress in its data"}}
    logging.info("answered %s", json.dumps(data.get("Error") or data["DHCP"]))
    return json.dumps({"specversion": "1.0", "id": str(uuid.uuid4()), "source": "/bootbus/example/python",
                       "type": "dev.bootbus.dhcp.response", "datacontenttype": "application/json", "data": data}
                      | ({"traceparent": trace} if re.fullmatch(TRACE, trace) else {})).encode()

logging.basicConfig(format="%(asctime)s %(levelname)s responder %(message)s", datefmt="%FT%T%z", level=logging.INFO)
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--csv", default="machines.csv")
parser.add_argument("--nats", default=os.environ.get("NATS_URL", "nats://127.0.0.1:4222"), type=urlsplit)
parser.add_argument("--subject", default="bootbus.v1.dhcp")
options = parser.parse_args()
host, port = options.nats.hostname or parser.error("--nats is nats://HOST:PORT"), options.nats.port or 4222
user, password = unquote(options.nats.username or ""), unquote(options.nats.password or "")
login = {"verbose": False, "pedantic": False, "lang": "python", "user": user, "pass": password, "auth_token": user}
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: (logging.info("stopped"), sys.exit()))
told = ""
while True:
    try:
        read(options.csv, os.stat(options.csv).st_mtime_ns)
        with socket.create_connection((host, port), timeout=150) as bus, bus.makefile("rb") as lines:
            bus.sendall(f"CONNECT {json.dumps(login)}\r\nSUB {options.subject} responders 1\r\nPING\r\n".encode())
            while line := lines.readline():  # nats-server says PING every two minutes, so silence is an end
                match line.split():
                    case [b"MSG", _, _, inbox, size]:
                        reply = answer(options.csv, lines.read(int(size) + 2))
                        bus.sendall(b"PUB %s %d\r\n%s\r\n" % (inbox, len(reply), reply))
                    case [b"PING"]:
                        bus.sendall(b"PONG\r\n")
                    case [b"PONG"]:  # so the server has the subscription
                        logging.info("ready subject=%s", options.subject)
                    case [b"-ERR", *_]:
                        raise ConnectionError(line.decode().strip())
            raise ConnectionError("the server closed the connection")
    except OSError as e:
        if told != (told := str(e)):
            logging.warning("not ready: %s", e)
    time.sleep(1)
