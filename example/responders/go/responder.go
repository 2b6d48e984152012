// Answers the DHCP requests of Bootbus from a CSV file.
package main

import (
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"
)

const header = "mac,address,mask,gateway,script"

var traceparent = regexp.MustCompile("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")

// encoding/json matches the names of keys in any letter case.
type question struct {
	Data struct {
		MACAddress  string
		Traceparent string
	}
}

type event struct {
	SpecVersion     string  `json:"specversion"`
	ID              string  `json:"id"`
	Source          string  `json:"source"`
	Type            string  `json:"type"`
	DataContentType string  `json:"datacontenttype"`
	Traceparent     string  `json:"traceparent,omitempty"`
	Data            machine `json:"data"`
}

type machine struct {
	DHCP struct {
		MACAddress, IPAddress, SubnetMask, DefaultGateway string
		NameServers                                       []string
		Hostname, DomainName, BroadcastAddress            string
		NTPServers                                        []string
		LeaseTime                                         uint32
		DomainSearch                                      []string
	}
	Netboot struct {
		AllowNetboot  bool
		IPXEScriptURL *url.URL
	}
	Error struct {
		Code    int
		Message string
	}
}

func refusal(code int, message string) (m machine) {
	m.Error.Code, m.Error.Message = code, message
	return m
}

func logf(level, format string, values ...any) {
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	fmt.Println(now, level, "responder", fmt.Sprintf(format, values...))
}

// table is the file as it was when it last changed. It is used by one goroutine only, that of the subscription.
type table struct {
	path     string
	changed  time.Time
	machines map[string]machine
}

func (t *table) find(mac string) (machine, error) {
	info, err := os.Stat(t.path)
	if err != nil {
		return machine{}, err
	}
	if info.ModTime() != t.changed {
		if t.machines, err = read(t.path); err != nil {
			return machine{}, err
		}
		t.changed = info.ModTime()
	}
	if found, ok := t.machines[mac]; ok {
		return found, nil
	}
	return refusal(404, mac+" is not known"), nil
}

func read(path string) (map[string]machine, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(string(content), "\uFEFF")), "\n")
	if strings.ToLower(strings.TrimSpace(lines[0])) != header {
		return nil, fmt.Errorf("the first line of %s is not %s", path, header)
	}
	machines := map[string]machine{}
	for i, line := range lines[1:] {
		m, err := record(line)
		if err != nil {
			logf("WARN", "skipped line=%d why=%q", i+2, err)
			continue
		}
		machines[m.DHCP.MACAddress] = m
	}
	logf("INFO", "read file=%s machines=%d", path, len(machines))
	return machines, nil
}

func record(line string) (m machine, err error) {
	reader := csv.NewReader(strings.NewReader(line))
	reader.TrimLeadingSpace = true
	fields, err := reader.Read()
	if err != nil {
		return m, errors.New("not comma-separated values")
	}
	if len(fields) != 5 {
		return m, fmt.Errorf("%d columns instead of 5", len(fields))
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	mac, err := net.ParseMAC(fields[0])
	if err != nil || len(mac) != 6 {
		return m, fmt.Errorf("not a MAC address: %s", fields[0])
	}
	for _, text := range fields[1:4] {
		if address, err := netip.ParseAddr(text); text != "" && (err != nil || !address.Is4()) {
			return m, fmt.Errorf("not an IPv4 address: %s", text)
		}
	}
	if _, bits := net.IPMask(net.ParseIP(fields[2]).To4()).Size(); fields[2] != "" && bits == 0 {
		return m, fmt.Errorf("not a subnet mask: %s", fields[2])
	}
	m.DHCP.MACAddress = mac.String()
	m.DHCP.IPAddress, m.DHCP.SubnetMask, m.DHCP.DefaultGateway = fields[1], fields[2], fields[3]
	m.DHCP.LeaseTime = 3600
	m.Netboot.AllowNetboot = fields[4] != ""
	m.Netboot.IPXEScriptURL, err = scriptURL(fields[4])
	return m, err
}

func scriptURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	script, err := url.Parse(text)
	if err != nil || script.Scheme == "" || script.Host == "" || script.User != nil || strings.ContainsAny(text, " \t#") {
		return nil, fmt.Errorf("not a script URL: %s", text)
	}
	return script, nil
}

// macOf reads standard base64, as Go writes a net.HardwareAddr, and text.
func macOf(text string) string {
	mac, err := net.ParseMAC(text)
	if err != nil {
		mac, err = base64.StdEncoding.DecodeString(text)
	}
	if err != nil || len(mac) != 6 {
		return ""
	}
	return mac.String()
}

func (t *table) answer(request []byte) event {
	var asked question
	err := json.Unmarshal(request, &asked)
	mac := macOf(asked.Data.MACAddress)
	data := refusal(400, "not a JSON event with a MACAddress in its data")
	if err == nil && mac != "" {
		if data, err = t.find(mac); err != nil {
			data = refusal(503, err.Error())
		}
	}
	if data.Error.Message != "" {
		logf("INFO", "refused mac=%s code=%d why=%q", mac, data.Error.Code, data.Error.Message)
	} else {
		logf("INFO", "answered mac=%s address=%s", mac, data.DHCP.IPAddress)
	}
	return event{"1.0", nuid.Next(), "/bootbus/example/go", "dev.bootbus.dhcp.response", "application/json",
		traceparent.FindString(asked.Data.Traceparent), data}
}

// connect tries until there is a connection, or until it shall stop: then there is none.
func connect(server string, stop <-chan os.Signal, closed func(*nats.Conn)) *nats.Conn {
	for told := ""; ; {
		connection, err := nats.Connect(server, nats.Name("responder"), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
			nats.ReconnectWait(time.Second), nats.PingInterval(20*time.Second), nats.DrainTimeout(time.Second),
			nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
				if err != nil { // nil when it is we who end it
					logf("WARN", "disconnected: %v", err)
				}
			}),
			nats.ReconnectHandler(func(*nats.Conn) { logf("INFO", "connected again") }),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { logf("WARN", "%v", err) }),
			nats.ClosedHandler(closed))
		if err == nil {
			return connection
		}
		if told != err.Error() {
			told = err.Error()
			logf("WARN", "not connected: %s", told)
		}
		select {
		case <-stop:
			return nil
		case <-time.After(time.Second):
		}
	}
}

func run(known *table, server, subject string) error {
	defer logf("INFO", "stopped")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	closed := make(chan struct{})
	connection := connect(server, stop, func(*nats.Conn) { close(closed) })
	if connection == nil {
		return nil
	}
	_, err := connection.QueueSubscribe(subject, "responders", func(request *nats.Msg) {
		reply, err := json.Marshal(known.answer(request.Data))
		if err == nil {
			err = request.Respond(reply)
		}
		if err != nil {
			logf("WARN", "not answered: %v", err)
		}
	})
	if err != nil {
		return err
	}
	if connection.FlushTimeout(10*time.Second) == nil { // so the server has the subscription
		logf("INFO", "ready subject=%s", subject)
	}
	<-stop
	connection.Drain() // what has arrived is still answered
	<-closed
	return nil
}

func main() {
	server := os.Getenv("NATS_URL")
	if server == "" {
		server = nats.DefaultURL
	}
	file := flag.String("csv", "machines.csv", "the table of machines: "+header)
	flag.StringVar(&server, "nats", server, "nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT], NATS_URL")
	subject := flag.String("subject", "bootbus.v1.dhcp", "where requests come in")
	flag.Parse()
	known := &table{path: *file}
	_, err := known.find("")
	if address, bad := url.Parse(server); bad != nil || address.Scheme != "nats" || address.Host == "" {
		err = errors.New("--nats is nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT]")
	}
	if err == nil {
		err = run(known, server, *subject)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "responder:", err)
		os.Exit(2)
	}
}
