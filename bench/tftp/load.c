// load: many TFTP reads at once from one thread (RFC 1350, 2347 to 2349, 7440), each block compared
// with a local copy of the file. Prints one line of key=value; exits with 1 if any transfer failed.
//
//   load SERVER FILE COPY CLIENTS WINDOWSIZE [BLKSIZE [hold]]
//
// CLIENTS reads begin together and each is done once. With hold no client acknowledges the options before
// all have got theirs, so that all transfers are under way at the same moment.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum opcode { RRQ = 1, DATA = 3, ACK = 4, ERROR = 5, OACK = 6 };
enum { DATAGRAMS = 64, ROOM = 2048, PATIENCE_MS = 1000, TRIES = 8 };

struct client {
  int socket, tries;
  int connected, agreed, over;
  int blksize, windowsize, in_window, told_gap;
  uint64_t blocks, bytes;  // in order, so far
  int64_t heard_ms;
  unsigned char last[600];
  int last_length;
};

static const unsigned char *copy;
static uint64_t size;
static struct client *clients;
static int count, wanted_window, wanted_blksize, hold, agreed_count, over_count, failed, granted = 1;
static uint64_t resent, repeated, total;
static char reason[160] = "-";

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void die(const char *what) {
  perror(what);
  exit(2);
}

static void transmit(struct client *c) { (void)!send(c->socket, c->last, c->last_length, 0); }

static void acknowledge(struct client *c) {
  uint16_t block = htons((uint16_t)c->blocks);
  c->last[0] = 0, c->last[1] = ACK;
  memcpy(c->last + 2, &block, 2);
  c->last_length = 4;
  c->in_window = 0;
  transmit(c);
}

// The options of one client are settled, or it gave up before.
static void settled(struct client *c) {
  if (c->agreed) return;
  c->agreed = 1;
  agreed_count++;
  if (!hold && !c->over) acknowledge(c);
  if (hold && agreed_count == count)
    for (int i = 0; i < count; i++)
      if (!clients[i].over) acknowledge(&clients[i]);
}

static void finish(struct client *c, const char *failure) {
  c->over = 1;
  settled(c);
  over_count++;
  close(c->socket);
  if (failure) {
    failed++;
    snprintf(reason, sizeof reason, "%s", failure);
  }
}

static int append(struct client *c, const char *text) {
  int length = (int)strlen(text) + 1;
  memcpy(c->last + c->last_length, text, length);
  return c->last_length += length;
}

static void begin(struct client *c, const struct sockaddr_in *server, const char *file, int epoll) {
  char number[16];
  int room = 1 << 20;
  *c = (struct client){.blksize = 512, .windowsize = 1, .last = {0, RRQ}, .last_length = 2};
  if ((c->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) < 0) die("socket");
  setsockopt(c->socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  append(c, file), append(c, "octet");
  snprintf(number, sizeof number, "%d", wanted_blksize);
  append(c, "blksize"), append(c, number);
  append(c, "tsize"), append(c, "0");
  if (wanted_window > 1) {
    snprintf(number, sizeof number, "%d", wanted_window);
    append(c, "windowsize"), append(c, number);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->socket, &event)) die("epoll_ctl");
  c->heard_ms = now_ms();
  sendto(c->socket, c->last, c->last_length, 0, (const struct sockaddr *)server, sizeof *server);
}

static void accept_options(struct client *c, const char *p, const char *end) {
  while (p < end) {
    const char *name = p, *value = memchr(p, 0, end - p);
    if (!value || ++value >= end || !memchr(value, 0, end - value)) break;
    if (!strcasecmp(name, "blksize")) c->blksize = atoi(value);
    if (!strcasecmp(name, "windowsize")) granted = c->windowsize = atoi(value);
    if (!strcasecmp(name, "tsize") && strtoull(value, 0, 10) != size) {
      finish(c, "wrong tsize");
      return;
    }
    p = value + strlen(value) + 1;
  }
  settled(c);
}

static void take(struct client *c, uint16_t block, const unsigned char *payload, int length) {
  uint16_t ahead = block - (uint16_t)(c->blocks + 1);
  if (ahead) {
    repeated += ahead >= 0x8000;
    if (ahead < 0x8000 && c->windowsize > 1 && !c->told_gap) {
      c->told_gap = 1;
      acknowledge(c);
    }
    return;
  }
  c->told_gap = 0;
  if (c->bytes + length > size || memcmp(copy + c->bytes, payload, length)) {
    finish(c, "wrong content");
    return;
  }
  c->blocks++, c->bytes += length, total += length;
  if (length < c->blksize) {
    acknowledge(c);
    finish(c, c->bytes == size ? NULL : "too short");
  } else if (++c->in_window >= c->windowsize) {
    acknowledge(c);
  }
}

static void hear(struct client *c, unsigned char *p, int length, struct sockaddr_in *from) {
  if (c->over || length < 4) return;
  if (!c->connected) {
    if (connect(c->socket, (struct sockaddr *)from, sizeof *from)) die("connect");
    c->connected = 1;
  }
  c->heard_ms = now_ms(), c->tries = 0;
  uint16_t block = (uint16_t)(p[2] << 8 | p[3]);
  switch (p[1]) {
    case OACK: accept_options(c, (char *)p + 2, (char *)p + length); break;
    case DATA: take(c, block, p + 4, length - 4); break;
    case ERROR: p[length - 1] = 0, finish(c, (char *)p + 4); break;
  }
}

static void drain(struct client *c) {
  static unsigned char room[DATAGRAMS][ROOM];
  static struct mmsghdr messages[DATAGRAMS];
  static struct iovec pieces[DATAGRAMS];
  static struct sockaddr_in from[DATAGRAMS];
  int most = c->windowsize > 1 ? DATAGRAMS : 1;
  for (int i = 0; i < most; i++) {
    pieces[i] = (struct iovec){room[i], ROOM};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  int got = recvmmsg(c->socket, messages, most, MSG_DONTWAIT, NULL);
  for (int i = 0; i < got; i++) hear(c, room[i], messages[i].msg_len, &from[i]);
}

static void repeat(struct client *c, const struct sockaddr_in *server, int64_t now) {
  if (c->over || now - c->heard_ms < PATIENCE_MS || (hold && c->agreed && agreed_count < count)) return;
  if (++c->tries > TRIES) {
    finish(c, c->connected ? "silence" : "no answer");
    return;
  }
  resent++;
  c->heard_ms = now;
  if (c->connected) {
    acknowledge(c);
  } else {
    sendto(c->socket, c->last, c->last_length, 0, (const struct sockaddr *)server, sizeof *server);
  }
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: load SERVER FILE COPY CLIENTS WINDOWSIZE [BLKSIZE [hold]]\n");
    return 2;
  }
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(69)};
  if (!inet_aton(argv[1], &server.sin_addr)) die(argv[1]);
  int fd = open(argv[3], O_RDONLY);
  struct stat st;
  if (fd < 0 || fstat(fd, &st)) die(argv[3]);
  size = st.st_size;
  copy = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
  count = atoi(argv[4]), wanted_window = atoi(argv[5]);
  wanted_blksize = argc > 6 ? atoi(argv[6]) : 1428;
  hold = argc > 7;
  struct rlimit files = {count + 64, count + 64};
  setrlimit(RLIMIT_NOFILE, &files);
  clients = calloc(count, sizeof *clients);
  int epoll = epoll_create1(0);
  int64_t start = now_ms(), looked = start;
  for (int i = 0; i < count; i++) begin(&clients[i], &server, argv[2], epoll);
  struct epoll_event events[256];
  while (over_count < count) {
    int ready = epoll_wait(epoll, events, 256, 50);
    for (int i = 0; i < ready; i++)
      if (!((struct client *)events[i].data.ptr)->over) drain(events[i].data.ptr);
    int64_t now = now_ms();
    if (now - looked >= 50) {
      looked = now;
      for (int i = 0; i < count; i++) repeat(&clients[i], &server, now);
    }
  }
  double seconds = (now_ms() - start) / 1e3;
  printf("ok=%d failed=%d bytes=%lu seconds=%.3f mb_per_s=%.1f windowsize=%d resent=%lu repeated=%lu reason=%s\n",
         count - failed, failed, total, seconds, total / 1e6 / seconds, granted, resent, repeated, reason);
  return failed > 0;
}
