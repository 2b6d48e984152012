/*
 * load INTERFACE FIRST LAST OWNERS -n CLIENTS [-w WINDOW] [-f NUMBER] [-t SECONDS]
 *
 * Network boot firmware as a DHCP server sees it: each client has its own hardware address, sends raw
 * broadcast frames without an address of its own, and carries the options of PXE. Each does one DISCOVER,
 * OFFER, REQUEST, ACK, with one xid. All packets go through one AF_PACKET socket.
 *
 *   FIRST LAST   the addresses that the server may give
 *   OWNERS       file that remembers whose they are from run to run; made if it is not there
 *   -n           how many clients
 *   -w           how many of them at once; all if not given (they are switched on in one moment)
 *   -f           number of the first client: runs of different numbers are different machines (0)
 *   -t           when to give up (120)
 *
 * What is not answered is sent again after 4, 8, 16 and 32 s (RFC 2131 section 4.1, each a second more or
 * less), then the client starts anew, as it does after a NAK.
 *
 * A reply counts as wrong if it is not what its client may take: lengths and checksums, chaddr, server
 * identifier, lease time, address out of the pool, ACK for another address than the OFFER's, boot file of
 * another architecture. Two clients with one address count as duplicate. Prints one line; ends with 0 if
 * all are bound and nothing was wrong.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME 1514
#define BATCH 64
#define HEADERS 42 /* Ethernet, IP without options, UDP */
#define MS 1000000ull
#define TIMERS (20 * MS) /* how often the timers are looked at */

enum phase { OFF, SELECTING, REQUESTING, BOUND };
enum type { DISCOVER = 1, OFFER, REQUEST, DECLINE, ACK, NAK };

struct client {
  enum phase phase;
  unsigned tries;
  uint32_t address, server; /* of the OFFER, in network order */
  uint64_t began, due;
};

static struct client *clients;
static uint32_t count, window, offset, salt, started, bound, oldest;
static uint32_t pool_first, pool_last, *owner; /* by address: number of the client plus 1 */
static uint64_t retransmitted, naks, wrong, duplicates, strays;
static double *took;
static int fd;
static struct sockaddr_ll link_address;

static uint8_t out[BATCH][FRAME], in[BATCH][FRAME];
static struct iovec out_parts[BATCH], in_parts[BATCH];
static struct mmsghdr out_messages[BATCH], in_messages[BATCH];
static unsigned queued;

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "see the head of load.c");
  exit(2);
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 * MS + t.tv_nsec;
}

/* ---- packets ------------------------------------------------------------------------------------ */

/* an odd factor mixes the numbers: neighbours in time are no neighbours in a server's tables */
static void hardware_address(uint32_t i, uint8_t *to) {
  uint32_t mixed = (i + offset) * 0x9e3779b1u;
  memcpy(to, "\x52\x54", 2);
  memcpy(to + 2, &mixed, 4);
}

static uint32_t architecture(uint32_t i) { return i % 2 ? 7 : 0; } /* x64 UEFI and BIOS (RFC 4578) */

static uint32_t sum(const uint8_t *data, size_t length, uint32_t start) {
  uint32_t s = start;
  for (size_t k = 0; k + 1 < length; k += 2) s += data[k] << 8 | data[k + 1];
  if (length % 2) s += data[length - 1] << 8;
  return s;
}

static uint16_t folded(uint32_t s) {
  while (s >> 16) s = (s & 0xffff) + (s >> 16);
  return ~s;
}

static void put16(uint8_t *at, uint16_t value) {
  at[0] = value >> 8;
  at[1] = value;
}

static uint8_t *option(uint8_t *at, uint8_t code, const void *value, uint8_t length) {
  *at++ = code;
  *at++ = length;
  memcpy(at, value, length);
  return at + length;
}

static void flush(void) {
  for (unsigned sent = 0; sent < queued;) {
    int n = sendmmsg(fd, out_messages + sent, queued - sent, 0);
    if (n > 0) {
      sent += n;
    } else if (errno == ENOBUFS || errno == EAGAIN) {
      poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 1);
    } else if (errno != EINTR) {
      die("send");
    }
  }
  queued = 0;
}

static void send_packet(uint32_t i, enum type type, uint64_t t) {
  const struct client *client = &clients[i];
  uint8_t *frame = out[queued], *ip = frame + 14, *udp = ip + 20, *dhcp = udp + 8, *at = dhcp + 240;
  uint8_t mac[6], id[17] = {0}, kind = type, arch[2] = {0, architecture(i)};
  char class[40];
  uint32_t xid = htonl(salt + i);
  hardware_address(i, mac);
  memset(frame, 0, HEADERS + 300);

  memcpy(dhcp, "\1\1\6", 3);
  memcpy(dhcp + 4, &xid, 4);
  put16(dhcp + 8, (t - client->began) / (1000 * MS));
  dhcp[10] = 0x80;
  memcpy(dhcp + 28, mac, 6);
  memcpy(dhcp + 236, "\x63\x82\x53\x63", 4);
  at = option(at, 53, &kind, 1);
  if (type == REQUEST) {
    at = option(at, 50, &client->address, 4);
    at = option(at, 54, &client->server, 4);
  }
  at = option(at, 57, "\5\xc0", 2);
  at = option(at, 55, "\1\3\6\14\15\17\21\34\53\66\74\102\103\141", 14);
  memcpy(id + 11, mac, 6);
  at = option(at, 97, id, 17);
  at = option(at, 93, arch, 2);
  at = option(at, 94, "\1\3\20", 3);
  snprintf(class, sizeof class, "PXEClient:Arch:%05d:UNDI:003016", arch[1]);
  at = option(at, 60, class, 32);
  *at++ = 255;
  uint16_t length = at - dhcp > 300 ? at - dhcp : 300;

  memset(frame, 255, 6);
  memcpy(frame + 6, mac, 6);
  put16(frame + 12, ETH_P_IP);
  memcpy(ip, "\x45\0", 2);
  put16(ip + 2, 28 + length);
  ip[8] = 64;
  ip[9] = IPPROTO_UDP;
  memset(ip + 16, 255, 4);
  put16(ip + 10, folded(sum(ip, 20, 0)));
  put16(udp, 68);
  put16(udp + 2, 67);
  put16(udp + 4, 8 + length);
  uint16_t check = folded(sum(ip + 12, 8, sum(udp, 8 + length, IPPROTO_UDP + 8 + length)));
  put16(udp + 6, check ? check : 0xffff);

  out_parts[queued] = (struct iovec){frame, HEADERS + length};
  out_messages[queued].msg_hdr = (struct msghdr){.msg_name = &link_address, .msg_namelen = sizeof link_address, .msg_iov = &out_parts[queued], .msg_iovlen = 1};
  if (++queued == BATCH) flush();
}

/* ---- one client --------------------------------------------------------------------------------- */

static uint64_t wait_for(unsigned tries) {
  uint64_t base = 4000 * MS << (tries % 4);
  return base - 1000 * MS + (uint64_t)(drand48() * 2000 * MS);
}

static void select_server(uint32_t i, uint64_t t) {
  clients[i].phase = SELECTING;
  clients[i].due = t + wait_for(clients[i].tries);
  send_packet(i, DISCOVER, t);
}

static void request(uint32_t i, uint64_t t) {
  clients[i].phase = REQUESTING;
  clients[i].due = t + wait_for(clients[i].tries);
  send_packet(i, REQUEST, t);
}

static void overdue(uint32_t i, uint64_t t) {
  retransmitted++;
  if (++clients[i].tries % 4 == 0 || clients[i].phase == SELECTING)
    select_server(i, t);
  else
    request(i, t);
}

static void bind_address(uint32_t i, uint64_t t) {
  uint32_t *is = &owner[ntohl(clients[i].address) - pool_first];
  if (*is && *is != i + offset + 1) duplicates++;
  *is = i + offset + 1;
  clients[i].phase = BOUND;
  took[bound++] = (t - clients[i].began) / 1e6;
}

/* ---- replies ------------------------------------------------------------------------------------ */

struct reply {
  uint8_t type;
  uint32_t address, server, lease;
  char file[256];
};

/* whether the options could be read */
static int read_options(const uint8_t *dhcp, size_t length, struct reply *reply) {
  memcpy(&reply->address, dhcp + 16, 4);
  memcpy(reply->file, dhcp + 108, 128);
  for (size_t at = 240; at < length && dhcp[at] != 255;) {
    if (dhcp[at] == 0) {
      at++;
      continue;
    }
    if (at + 2 > length || at + 2 + dhcp[at + 1] > length) return 0;
    const uint8_t *value = dhcp + at + 2;
    uint8_t size = dhcp[at + 1];
    if (dhcp[at] == 53 && size == 1) reply->type = *value;
    if (dhcp[at] == 54 && size == 4) memcpy(&reply->server, value, 4);
    if (dhcp[at] == 51 && size == 4) memcpy(&reply->lease, value, 4);
    if (dhcp[at] == 67) {
      memcpy(reply->file, value, size);
      reply->file[size] = 0;
    }
    at += 2 + size;
  }
  return 1;
}

static int acceptable(uint32_t i, const struct reply *reply) {
  uint32_t address = ntohl(reply->address);
  return reply->server && reply->lease && address >= pool_first && address <= pool_last &&
         !strcmp(reply->file, architecture(i) ? "ipxe.efi" : "undionly.kpxe");
}

static void receive(const uint8_t *frame, size_t length, uint64_t t) {
  const uint8_t *ip = frame + 14, *udp = ip + 20, *dhcp = udp + 8;
  if (length < HEADERS || ip[0] != 0x45 || ip[9] != IPPROTO_UDP || (udp[2] << 8 | udp[3]) != 68) return;
  size_t ip_length = ip[2] << 8 | ip[3], udp_length = udp[4] << 8 | udp[5];
  if (14 + ip_length > length || 20 + udp_length > ip_length || udp_length < 8 + 240 || folded(sum(ip, 20, 0)) ||
      ((udp[6] || udp[7]) && folded(sum(ip + 12, 8, sum(udp, udp_length, IPPROTO_UDP + udp_length))))) {
    wrong++;
    return;
  }
  uint32_t xid, i;
  memcpy(&xid, dhcp + 4, 4);
  i = ntohl(xid) - salt;
  if (i >= started || clients[i].phase == BOUND) {
    strays++; /* of an earlier run, or a second answer */
    return;
  }
  struct client *client = &clients[i];
  struct reply reply = {0};
  uint8_t mac[6];
  hardware_address(i, mac);
  if (memcmp(dhcp, "\2\1\6", 3) || memcmp(dhcp + 28, mac, 6) || memcmp(dhcp + 236, "\x63\x82\x53\x63", 4) ||
      !read_options(dhcp, udp_length - 8, &reply)) {
    wrong++;
    return;
  }
  if (reply.type == NAK && client->phase == REQUESTING) {
    naks++;
    client->tries = 0;
    select_server(i, t);
  } else if (reply.type == OFFER && client->phase == SELECTING) {
    if (!acceptable(i, &reply)) {
      wrong++;
      return;
    }
    client->address = reply.address;
    client->server = reply.server;
    client->tries = 0;
    request(i, t);
  } else if (reply.type == ACK && client->phase == REQUESTING) {
    if (!acceptable(i, &reply) || reply.address != client->address) {
      wrong++;
      return;
    }
    bind_address(i, t);
  } else {
    strays++;
  }
}

/* ---- the run ------------------------------------------------------------------------------------ */

static void open_link(const char *interface) {
  int on = 1, bytes = 64 << 20;
  fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) die("raw socket");
  link_address = (struct sockaddr_ll){.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex(interface), .sll_halen = 6, .sll_addr = {255, 255, 255, 255, 255, 255}};
  if (!link_address.sll_ifindex) die(interface);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes)) die("receive buffer");
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes)) die("send buffer");
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on)) die("PACKET_IGNORE_OUTGOING");
  if (bind(fd, (struct sockaddr *)&link_address, sizeof link_address)) die("bind");
  for (unsigned k = 0; k < BATCH; k++) {
    in_parts[k] = (struct iovec){in[k], FRAME};
    in_messages[k].msg_hdr = (struct msghdr){.msg_iov = &in_parts[k], .msg_iovlen = 1};
  }
}

static void open_owners(const char *file) {
  size_t bytes = (pool_last - pool_first + 1ull) * sizeof *owner;
  int owners = open(file, O_RDWR | O_CREAT, 0600);
  if (owners < 0 || ftruncate(owners, bytes)) die(file);
  owner = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, owners, 0);
  if (owner == MAP_FAILED) die(file);
}

static void look_at_timers(uint64_t t) {
  while (oldest < started && clients[oldest].phase == BOUND) oldest++;
  for (uint32_t i = oldest; i < started; i++)
    if (clients[i].phase != BOUND && clients[i].due <= t) overdue(i, t);
}

static void run(uint64_t deadline) {
  uint64_t t = now(), timers = t + TIMERS;
  while (bound < count && t < deadline) {
    for (unsigned k = 0; started < count && started - bound < window && k < 4 * BATCH; k++) {
      clients[started].began = t;
      select_server(started++, t);
    }
    flush();
    int more = started < count && started - bound < window;
    poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, more ? 0 : TIMERS / MS);
    for (unsigned batches = 0; batches < 8; batches++) {
      int n = recvmmsg(fd, in_messages, BATCH, MSG_DONTWAIT, 0);
      if (n <= 0) break;
      t = now();
      for (int k = 0; k < n; k++) receive(in[k], in_messages[k].msg_len, t);
      if (n < BATCH) break;
    }
    t = now();
    if (t >= timers) {
      look_at_timers(t);
      timers = t + TIMERS;
    }
  }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double percentile(unsigned percent) { return bound ? took[(uint64_t)(bound - 1) * percent / 100] : 0; }

int main(int argc, char **argv) {
  double limit = 120;
  struct in_addr first, last;
  for (int o; (o = getopt(argc, argv, "n:w:f:t:")) != -1;) {
    if (o == 'n') count = atoi(optarg);
    if (o == 'w') window = atoi(optarg);
    if (o == 'f') offset = atoi(optarg);
    if (o == 't') limit = atof(optarg);
    if (o == '?') exit(2);
  }
  if (argc - optind != 4 || !count || !inet_aton(argv[optind + 1], &first) || !inet_aton(argv[optind + 2], &last)) die("usage");
  if (!window) window = count;
  pool_first = ntohl(first.s_addr);
  pool_last = ntohl(last.s_addr);
  if (pool_last < pool_first) die("usage");
  clients = calloc(count, sizeof *clients);
  took = calloc(count, sizeof *took);
  if (!clients || !took) die("memory");
  open_owners(argv[optind + 3]);
  open_link(argv[optind]);
  srand48(offset + 1);
  salt = now() * 0x9e3779b1u; /* other xids in each run */

  uint64_t began = now();
  run(began + (uint64_t)(limit * 1000) * MS);
  double seconds = (now() - began) / 1e9;
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  qsort(took, bound, sizeof *took, ascending);
  printf("clients=%u bound=%u seconds=%.3f rate=%.1f p50_ms=%.3f p99_ms=%.3f retransmitted=%lu naks=%lu strays=%lu wrong=%lu duplicates=%lu own_cpu_ms=%ld\n",
         count, bound, seconds, bound / seconds, percentile(50), percentile(99), retransmitted, naks, strays, wrong, duplicates,
         (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
  return bound < count || wrong || duplicates;
}
