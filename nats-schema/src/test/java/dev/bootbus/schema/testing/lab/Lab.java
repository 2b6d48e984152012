package dev.bootbus.schema.testing.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Hosts on cables, within this machine: each host is a network namespace, each link a bridge in
/// one more namespace. All names are this process's own, and whatever was started is ended and
/// removed when the lab closes, or the process ends. What a killed process left is removed by the
/// next one that opens a lab.
public final class Lab implements AutoCloseable {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final String PREFIX = "bootbus-lab-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-.*");
  private static final AtomicInteger LABS = new AtomicInteger();
  private static final int COMMAND_SECONDS = 20;

  private final String name;
  private final Path logs;
  private final Services services;
  private final Map<String, String> peers = new HashMap<>();
  private final Deque<Program> programs = new ArrayDeque<>();
  private final List<String> namespaces = new ArrayList<>();
  private final Thread atExit = new Thread(this::remove, "remove-lab");
  private int cables;

  /// The services of Bootbus, as this module starts them.
  public interface Services {
    /// @param service such as `dhcp-server`
    List<String> command(String service) throws IOException;
  }

  private Lab(Path logs, Services services) {
    this.name = PREFIX + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
    this.logs = logs;
    this.services = services;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Skips the tests of the class where its programs cannot run, unless
  /// `BOOTBUS_TEST_CLIENTS=required`: then the machine has to be made fit.
  ///
  /// @param packages what to install; each line is a program and the Debian package that has it
  public static void assumePossible(String packages) throws IOException {
    String wish = System.getenv().getOrDefault("BOOTBUS_TEST_CLIENTS", "auto");
    assumeTrue(!wish.equals("off"), "BOOTBUS_TEST_CLIENTS=off");
    boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    List<String> absent =
        (packages + "\nip iproute2\nethtool ethtool\ntcpdump tcpdump\nnats-server nats-server")
            .lines()
            .map(line -> line.strip().split(" "))
            .filter(words -> !isInstalled(words[0]))
            .map(words -> words[1])
            .toList();
    String lacks =
        (root ? "" : "needs root, for network namespaces; ")
            + (absent.isEmpty() ? "" : "apt-get install " + String.join(" ", absent));
    if (wish.equals("required") && !lacks.isEmpty()) {
      fail(lacks);
    }
    assumeTrue(lacks.isEmpty(), lacks);
  }

  private static boolean isInstalled(String program) {
    return Stream.concat(
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /// @param logs where each program's output goes
  public static Lab open(Path logs, Services services) throws IOException {
    Lab lab = new Lab(logs, services);
    try {
      removeWhatWasLeft();
      lab.namespace("switch");
      return lab;
    } catch (IOException | RuntimeException | AssertionError e) {
      lab.close();
      throw e;
    }
  }

  private static void removeWhatWasLeft() throws IOException {
    if (!Files.isDirectory(NAMESPACES)) {
      return;
    }
    List<String> left;
    try (Stream<Path> files = Files.list(NAMESPACES)) {
      left = files.map(file -> file.getFileName().toString()).filter(Lab::isLeft).toList();
    }
    for (String namespace : left) {
      run(List.of("ip", "netns", "pids", namespace))
          .lines()
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
          .forEach(ProcessHandle::destroyForcibly);
      run(List.of("ip", "netns", "del", namespace));
    }
  }

  private static boolean isLeft(String namespace) {
    Matcher matcher = NAME.matcher(namespace);
    return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
  }

  private String namespace(String host) throws IOException {
    String namespace = name + host;
    namespaces.add(namespace);
    sh("ip netns add " + namespace);
    sh("ip -n " + namespace + " link set lo up");
    return namespace;
  }

  /// An Ethernet segment with nothing on it yet.
  public Link link(String bridge) throws IOException {
    sh("ip -n %s link add %s type bridge stp_state 0 forward_delay 0", name + "switch", bridge);
    sh("ip -n %s link set %s up", name + "switch", bridge);
    return new Link(this, bridge);
  }

  /// A machine without cables.
  public Host host(String host) throws IOException {
    return new Host(this, namespace(host));
  }

  void plug(Host host, String port, String mac, Link link, String address) throws IOException {
    String peer = "cable" + ++cables;
    String inside = host.namespace();
    peers.put(inside + "/" + port, peer);
    sh(
        "ip link add %s netns %s address %s type veth peer name %s netns %s",
        port, inside, mac, peer, name + "switch");
    // whatever reads raw frames would see checksums that nobody has computed
    sh("ip netns exec %s ethtool -K %s tx off", inside, port);
    if (!address.isEmpty()) {
      sh("ip -n %s addr add %s broadcast + dev %s", inside, address, port);
    }
    sh("ip -n %s link set %s master %s up", name + "switch", peer, link.bridge());
    sh("ip -n %s link set %s up", inside, port);
  }

  void narrow(Host host, String port, int mtu) throws IOException {
    String peer = peers.get(host.namespace() + "/" + port);
    // where br_netfilter is loaded, as Docker has it, a bridge would cut packets into fragments
    if (Files.exists(Path.of("/proc/sys/net/bridge"))) {
      theSwitch().run("sysctl -q -w net.bridge.bridge-nf-call-iptables=0");
    }
    sh("ip -n %s link set %s mtu %s", name + "switch", peer, mtu);
  }

  Services services() {
    return services;
  }

  Host theSwitch() {
    return new Host(this, name + "switch");
  }

  /// A new folder for a program's files and what it prints.
  public Path folder(String of) throws IOException {
    return Files.createTempDirectory(logs, of);
  }

  synchronized Program started(Program program) {
    programs.push(program);
    return program;
  }

  private static void sh(String command, Object... words) throws IOException {
    assertThat(run(List.of(command.formatted(words).split(" ")))).doesNotContain("rror", "annot");
  }

  /// @return what it printed
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)).as("%s", command).isTrue();
      assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private void remove() {
    programs.forEach(Program::close);
    programs.clear();
    for (String namespace : namespaces) {
      try {
        run(List.of("ip", "netns", "del", namespace));
      } catch (IOException | AssertionError e) {
        // it was never made
      }
    }
    namespaces.clear();
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
