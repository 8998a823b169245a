/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rooms linux/ and plane/ against the real kernel.  Each test takes a fresh network
 * namespace, which goes when the next one is taken or the process ends.  It is long because it is
 * one program for two rooms, that share what makes namespaces, interfaces and frames.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "linux/clock.h"
#include "linux/device.h"
#include "linux/file.h"
#include "linux/journal.h"
#include "linux/packet_socket.h"
#include "linux/process.h"
#include "linux/service_notify.h"
#include "plane/plane.h"

#define WAIT_MS 5000 /* for what must come */

/* Network namespaces and interfaces. */

static int fresh_namespace(void **state)
{
	(void)state;
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	return 0;
}

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
	char command[512];
	va_list list;
	va_start(list, format);
	vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	int status = system(command);
	if (status != 0)
		fail_msg("%s: status %d", command, status);
}

/* Whether the command's output contains the text. */
static bool says(const char *command, const char *text)
{
	char output[8192] = "";
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	size_t length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	pclose(pipe);
	return strstr(output, text) != NULL;
}

#define OURS_BYTES \
	{ \
		{ \
			0x02, 0, 0, 0, 0, 0x0a \
		} \
	}
#define PEER_BYTES \
	{ \
		{ \
			0x02, 0, 0, 0, 0, 0x0b \
		} \
	}
#define OTHER_BYTES \
	{ \
		{ \
			0x02, 0, 0, 0, 0, 0x0c \
		} \
	}
#define ALL_BYTES \
	{ \
		{ \
			0xff, 0xff, 0xff, 0xff, 0xff, 0xff \
		} \
	}
#define OURS ((struct mac)OURS_BYTES)
#define PEER ((struct mac)PEER_BYTES)
#define OTHER ((struct mac)OTHER_BYTES)

static bool readable(int descriptor, int timeout_ms)
{
	struct pollfd p = { descriptor, POLLIN, 0 };
	return poll(&p, 1, timeout_ms) == 1;
}

#define PROBE 0x88b5 /* IEEE 802: for local experiments */

static int open_probe(const char *name)
{
	struct packet_interface interface;
	assert_int_equal(packet_interface_look_up(name, &interface), 0);
	int opened = packet_socket_open(&interface, PROBE);
	assert_true(opened >= 0);
	const int unused = 0;
	assert_int_equal(setsockopt(opened, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)),
			 0);
	return opened;
}

/*
 * Closes both probes once frames get through both ways: an interface that has just come up loses
 * what it sends, for up to a second, until the kernel's link watch has seen to it.
 */
static void await_wire(int one, int other)
{
	const uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, [12] = 0x88, 0xb5 };
	mono_us deadline = mono_after_ms(clock_now(), WAIT_MS);
	do {
		assert_true(clock_now() < deadline);
		send(one, frame, sizeof(frame), 0);
		send(other, frame, sizeof(frame), 0);
	} while (!readable(one, 20) || !readable(other, 20));
	close(one);
	close(other);
}

static void await_carrier(const char *name, bool wanted)
{
	mono_us deadline = mono_after_ms(clock_now(), WAIT_MS);
	struct packet_interface interface = { .carrier = !wanted };
	while (packet_interface_look_up(name, &interface) < 0 || interface.carrier != wanted) {
		assert_true(clock_now() < deadline);
		poll(NULL, 0, 5);
	}
}

/* wire0, ours, and its other end. */
static struct packet_interface make_wire(void)
{
	run("ip link add wire0 address 02:00:00:00:00:0a type veth "
	    "peer name wire1 address 02:00:00:00:00:0b");
	run("sysctl -qw net.ipv6.conf.wire0.disable_ipv6=1 net.ipv6.conf.wire1.disable_ipv6=1 "
	    "2>/dev/null || true");
	run("ip link set wire0 up && ip link set wire1 up");
	await_carrier("wire0", true);
	await_carrier("wire1", true);
	await_wire(open_probe("wire0"), open_probe("wire1"));
	struct packet_interface interface;
	assert_int_equal(packet_interface_look_up("wire0", &interface), 0);
	return interface;
}

/* Frames. */

enum { UNTAGGED = -1 };

struct frame {
	struct mac destination, source;
	int vlan;
	uint16_t ethertype;
	uint8_t version, code;
	uint16_t session_id, length, protocol;
	struct bytes packet;
};

static size_t frame_build(const struct frame *frame, uint8_t *to, size_t capacity)
{
	struct writer w = writer_of(to, capacity);
	writer_bytes(&w, bytes_of(frame->destination.byte, 6));
	writer_bytes(&w, bytes_of(frame->source.byte, 6));
	if (frame->vlan != UNTAGGED) {
		writer_u16(&w, ETH_P_8021Q);
		writer_u16(&w, (uint16_t)frame->vlan);
	}
	writer_u16(&w, frame->ethertype);
	writer_u8(&w, frame->version);
	writer_u8(&w, frame->code);
	writer_u16(&w, frame->session_id);
	writer_u16(&w, frame->length);
	writer_u16(&w, frame->protocol);
	writer_bytes(&w, frame->packet);
	assert_false(w.failed);
	return w.length;
}

static void frame_send(int socket, const struct frame *frame)
{
	uint8_t bytes[2000];
	size_t length = frame_build(frame, bytes, sizeof(bytes));
	assert_int_equal(send(socket, bytes, length, 0), length);
}

/* A socket that can send anything to wire0, and gets nothing. */
static int open_peer(void)
{
	struct packet_interface interface;
	assert_int_equal(packet_interface_look_up("wire1", &interface), 0);
	int opened = packet_socket_open(&interface, ETH_P_PPP_SES);
	assert_true(opened >= 0);
	return opened;
}

/* clock.h */

static void clock_goes_on_and_entropy_differs(void **state)
{
	(void)state;
	mono_us before = clock_now();
	usleep(2000);
	assert_in_range(clock_now() - before, 2000, 5000000);

	uint8_t a[300] = { 0 }, b[300] = { 0 };
	entropy_fill(a, sizeof(a));
	entropy_fill(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 284, ((uint8_t[16]){ 0 }), 16);
}

static void poll_timeouts_are_rounded_up(void **state)
{
	(void)state;
	assert_int_equal(clock_poll_timeout(MONO_NEVER, 5), -1);
	assert_int_equal(clock_poll_timeout(5, 5), 0);
	assert_int_equal(clock_poll_timeout(4, 5), 0);
	assert_int_equal(clock_poll_timeout(6, 5), 1);
	assert_int_equal(clock_poll_timeout(1005, 5), 1);
	assert_int_equal(clock_poll_timeout(1006, 5), 2);
	assert_int_equal(clock_poll_timeout(MONO_NEVER - 1, INT64_MIN), INT_MAX);
}

/* file.h */

/* A mount namespace with an empty /mnt, which goes with the process whatever becomes of it. */
static int fresh_mnt(void **state)
{
	(void)state;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("tmpfs", "/mnt", "tmpfs", 0, NULL), 0);
	return 0;
}

struct folder {
	char path[64];
};

static struct folder make_folder(void)
{
	struct folder folder = { "/mnt/folder-XXXXXX" };
	assert_non_null(mkdtemp(folder.path));
	return folder;
}

static const char *in_folder(const struct folder *folder, const char *name, char to[128])
{
	snprintf(to, 128, "%s/%s", folder->path, name);
	return to;
}

/* Fails if anything but `expected` files is left. */
static void remove_folder(const struct folder *folder, int expected)
{
	char command[128], count[16];
	snprintf(command, sizeof(command), "ls -A %s | wc -l", folder->path);
	snprintf(count, sizeof(count), "%d\n", expected);
	assert_true(says(command, count));
	run("rm -r %s", folder->path);
}

static void file_is_replaced_whole(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	char path[128];
	in_folder(&folder, "file", path);
	mode_t mask = umask(077);
	assert_int_equal(file_replace(path, 0644, "one", 3), 0);
	umask(mask);
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0644);

	int old = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_replace(path, 0600, "second", 6), 0);
	char text[6];
	assert_int_equal(file_read_from(old, text, sizeof(text)), 3);
	assert_memory_equal(text, "one", 3);
	close(old);
	assert_int_equal(file_read(path, text, sizeof(text)), 6);
	assert_memory_equal(text, "second", 6);
	assert_int_equal(file_read(path, text, 5), -EFBIG);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);

	assert_int_equal(file_replace(path, 0644, NULL, 0), 0);
	assert_int_equal(file_read(path, text, 0), 0);
	remove_folder(&folder, 1);
}

static void file_errors_leave_nothing(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	char path[128], text[4];
	in_folder(&folder, "no/file", path);
	assert_int_equal(file_replace(path, 0644, "x", 1), -ENOENT);
	assert_int_equal(file_read(path, text, sizeof(text)), -ENOENT);
	in_folder(&folder, "directory", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(file_replace(path, 0644, "x", 1), -EISDIR);
	remove_folder(&folder, 1);
}

/* packet_socket.h */

static void interfaces_are_looked_up(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	assert_true(mac_equal(interface.address, OURS));
	assert_int_equal(interface.mtu, 1500);
	assert_int_equal(interface.index, if_nametoindex("wire0"));
	assert_true(interface.carrier);

	run("ip link set wire1 down");
	await_carrier("wire0", false);
	assert_int_equal(packet_interface_look_up("wire0", &interface), 0);
	assert_int_equal(interface.mtu, 1500);
	run("ip link set wire0 down");
	assert_int_equal(packet_interface_look_up("wire0", &interface), -ENETDOWN);
	assert_int_equal(packet_interface_look_up("none0", &interface), -ENODEV);
	assert_int_equal(packet_interface_look_up("", &interface), -ENODEV);
	assert_int_equal(packet_interface_look_up("a-name-of-16-bytes", &interface), -ENODEV);
	assert_int_equal(packet_interface_look_up("lo", &interface), -EINVAL);
}

enum filter { DISCOVERY, HOST_DISCOVERY, CONTROL, DATA, ANY_CONTROL, ANY_DATA, FILTERS };

static const char *const filter_names[FILTERS] = {
	"discovery", "discovery without broadcasts", "control", "data", "any control", "any data",
};

static int attach_filter(enum filter filter, int socket)
{
	const struct packet_session session = { true, PEER, 0x1234 };
	const struct packet_session any = { .known = false };
	switch (filter) {
	case DISCOVERY:
		return packet_filter_discovery(socket, OURS, true);
	case HOST_DISCOVERY:
		return packet_filter_discovery(socket, OURS, false);
	case CONTROL:
		return packet_filter_control(socket, OURS, &session);
	case DATA:
		return packet_filter_data(socket, OURS, &session);
	case ANY_CONTROL:
		return packet_filter_control(socket, OURS, &any);
	case ANY_DATA:
		return packet_filter_data(socket, OURS, &any);
	case FILTERS:
		break;
	}
	return -EINVAL;
}

struct sample {
	const char *what;
	struct frame frame;
	bool passes[FILTERS];
};

#define SESSION_FRAME(proto) \
	.destination = OURS_BYTES, .source = PEER_BYTES, .vlan = UNTAGGED, \
	.ethertype = ETH_P_PPP_SES, .version = 0x11, .code = 0, .session_id = 0x1234, .length = 2, \
	.protocol = (proto)
#define DISCOVERY_FRAME \
	.destination = OURS_BYTES, .source = PEER_BYTES, .vlan = UNTAGGED, \
	.ethertype = ETH_P_PPP_DISC, .version = 0x11, .code = 0x07

/* A later designation wins over that of the macro: that is the one thing wrong with the frame. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
/* clang-format off */
static const struct sample samples[] = {
	{ "LCP",            { SESSION_FRAME(0xc021) }, { [CONTROL] = true, [ANY_CONTROL] = true } },
	{ "IPCP",           { SESSION_FRAME(0x8021) }, { [CONTROL] = true, [ANY_CONTROL] = true } },
	{ "IPv4",           { SESSION_FRAME(0x0021) }, { [DATA] = true, [ANY_DATA] = true } },
	{ "IPv6",           { SESSION_FRAME(0x0057) }, { [DATA] = true, [ANY_DATA] = true } },
	{ "LCP, other id",  { SESSION_FRAME(0xc021), .session_id = 0x1235 }, { [ANY_CONTROL] = true } },
	{ "IPv4, other id", { SESSION_FRAME(0x0021), .session_id = 0x3412 }, { [ANY_DATA] = true } },
	{ "LCP, from another",  { SESSION_FRAME(0xc021), .source = OTHER_BYTES }, { [ANY_CONTROL] = true } },
	{ "IPv4, from another", { SESSION_FRAME(0x0021), .source = OTHER_BYTES }, { [ANY_DATA] = true } },
	{ "LCP, to another",    { SESSION_FRAME(0xc021), .destination = OTHER_BYTES }, { false } },
	{ "IPv4, to another",   { SESSION_FRAME(0x0021), .destination = OTHER_BYTES }, { false } },
	{ "IPv4, to all",   { SESSION_FRAME(0x0021), .destination = ALL_BYTES }, { false } },
	{ "LCP, version 2", { SESSION_FRAME(0xc021), .version = 0x21 }, { false } },
	{ "IPv4, type 2",   { SESSION_FRAME(0x0021), .version = 0x12 }, { false } },
	{ "IPv4, code 9",   { SESSION_FRAME(0x0021), .code = 9 }, { false } },
	{ "LCP, VLAN 5",    { SESSION_FRAME(0xc021), .vlan = 5 }, { false } },
	{ "IPv4, VLAN 5",   { SESSION_FRAME(0x0021), .vlan = 5 }, { false } },
	{ "PADO, VLAN 5",   { DISCOVERY_FRAME, .vlan = 5 }, { false } },
	{ "IPv4, priority", { SESSION_FRAME(0x0021), .vlan = 0xa000 }, { [DATA] = true, [ANY_DATA] = true } },
	{ "PADO",           { DISCOVERY_FRAME }, { [DISCOVERY] = true, [HOST_DISCOVERY] = true } },
	{ "PADI to all",    { DISCOVERY_FRAME, .destination = ALL_BYTES }, { [DISCOVERY] = true } },
	{ "PADI to many",   { DISCOVERY_FRAME, .destination = { { 0xff, 0xff, 0xff, 0xff, 0, 1 } } }, { false } },
	{ "PADO to another", { DISCOVERY_FRAME, .destination = OTHER_BYTES }, { false } },
	{ "no PPPoE",       { SESSION_FRAME(0x0021), .ethertype = ETH_P_IP }, { false } },
};
/* clang-format on */
#pragma GCC diagnostic pop

#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

/* Behind every sample goes a frame that passes, so that nobody has to wait for one that does not.
 */
#define MARKER "marker"

static bool sample_passes(int peer, int socket, const struct frame *frame,
			  const struct frame *marker)
{
	frame_send(peer, frame);
	frame_send(peer, marker);
	unsigned before_marker = 0;
	for (;;) {
		uint8_t received[200];
		assert_true(readable(socket, WAIT_MS));
		ssize_t length = recv(socket, received, sizeof(received), 0);
		assert_true(length >= 22);
		if (length > 22 && memcmp(received + 22, MARKER, strlen(MARKER)) == 0)
			break;
		before_marker++;
	}
	assert_in_range(before_marker, 0, 1);
	return before_marker == 1;
}

static void filters_pass_what_is_theirs(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	int peer = open_peer();
	const struct frame markers[FILTERS] = {
		[DISCOVERY] = { DISCOVERY_FRAME },	   [HOST_DISCOVERY] = { DISCOVERY_FRAME },
		[CONTROL] = { SESSION_FRAME(0xc021) },	   [DATA] = { SESSION_FRAME(0x0021) },
		[ANY_CONTROL] = { SESSION_FRAME(0xc021) }, [ANY_DATA] = { SESSION_FRAME(0x0021) },
	};
	for (enum filter filter = 0; filter < FILTERS; filter++) {
		uint16_t ethertype = filter < CONTROL ? ETH_P_PPP_DISC : ETH_P_PPP_SES;
		int socket = packet_socket_open(&interface, ethertype);
		assert_true(socket >= 0);
		assert_int_equal(attach_filter(filter, socket), 0);
		struct frame marker = markers[filter];
		marker.packet = bytes_of_text(MARKER);
		for (size_t i = 0; i < SAMPLES; i++)
			if (sample_passes(peer, socket, &samples[i].frame, &marker) !=
			    samples[i].passes[filter])
				fail_msg("%s: wrong for %s", filter_names[filter], samples[i].what);
		close(socket);
	}
	close(peer);
}

static void short_frames_do_not_pass(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	int peer = open_peer();
	int socket = packet_socket_open(&interface, ETH_P_PPP_SES);
	assert_int_equal(packet_filter_control(socket, OURS, &(struct packet_session){ false }), 0);
	const struct frame frame = { SESSION_FRAME(0xc021) };
	uint8_t bytes[64];
	size_t length = frame_build(&frame, bytes, sizeof(bytes));
	for (size_t cut = 14; cut < length; cut++)
		assert_int_equal(send(peer, bytes, cut, 0), cut);
	assert_int_equal(send(peer, bytes, length, 0), length);
	assert_true(readable(socket, WAIT_MS));
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), length);
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), -1);
	close(socket);
	close(peer);
}

/* As with a VLAN's: the frame comes through wire0, but is for a device on top of it. */
static void frames_of_devices_on_top_do_not_pass(void **state)
{
	(void)state;
	struct packet_interface below = make_wire(), above;
	int peer = open_peer();
	run("ip link add link wire0 address 02:00:00:00:00:0c name above0 type macvlan mode "
	    "private");
	run("ip link set above0 up");
	await_carrier("above0", true);
	assert_int_equal(packet_interface_look_up("above0", &above), 0);
	const struct packet_session any = { .known = false };
	int on_below = packet_socket_open(&below, ETH_P_PPP_SES);
	int on_above = packet_socket_open(&above, ETH_P_PPP_SES);
	assert_int_equal(packet_filter_control(on_below, OTHER, &any), 0);
	assert_int_equal(packet_filter_control(on_above, OTHER, &any), 0);
	struct frame frame = { SESSION_FRAME(0xc021) };
	frame.destination = OTHER;
	frame_send(peer, &frame);
	frame_send(peer, &frame);
	/* The second is delivered to nobody before the first was delivered to all. */
	uint8_t bytes[64];
	assert_true(readable(on_above, WAIT_MS));
	assert_int_equal(recv(on_above, bytes, sizeof(bytes), 0), 22);
	assert_true(readable(on_above, WAIT_MS));
	assert_false(readable(on_below, 0));
	close(on_below);
	close(on_above);
	close(peer);
}

static void socket_is_deaf_until_told(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	int peer = open_peer();
	int early = packet_socket_open(&interface, ETH_P_PPP_SES);
	int any = packet_socket_open(&interface, ETH_P_PPP_SES);
	assert_int_equal(packet_filter_control(any, OURS, &(struct packet_session){ false }), 0);

	/* What this host sends is not seen, though it would pass. */
	const struct frame frame = { SESSION_FRAME(0xc021) };
	frame_send(early, &frame);
	frame_send(peer, &frame);
	assert_true(readable(any, WAIT_MS));
	uint8_t bytes[64];
	assert_int_equal(recv(any, bytes, sizeof(bytes), 0), 22);
	assert_int_equal(recv(any, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(recv(early, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(errno, EAGAIN);

	int size = 0;
	socklen_t size_length = sizeof(size);
	assert_int_equal(getsockopt(any, SOL_SOCKET, SO_RCVBUF, &size, &size_length), 0);
	assert_in_range(size, 4 << 20, INT_MAX);

	for (unsigned i = 0; i < 10; i++)
		frame_send(peer, &frame);
	assert_true(readable(any, WAIT_MS));
	assert_int_equal(packet_filter_none(any), 0);
	packet_socket_drain(any);
	assert_false(readable(any, 0));
	close(any);
	close(early);
	close(peer);
}

static void socket_survives_its_interface_going_down(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	int peer = open_peer();
	int socket = packet_socket_open(&interface, ETH_P_PPP_SES);
	assert_int_equal(packet_filter_control(socket, OURS, &(struct packet_session){ false }), 0);
	const struct frame frame = { SESSION_FRAME(0xc021) };
	uint8_t bytes[64] = { 0 };

	run("ip link set wire0 down");
	struct pollfd p = { socket, POLLIN, 0 };
	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	assert_true(p.revents & POLLERR);
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(errno, ENETDOWN);
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(send(socket, bytes, 22, 0), -1);
	assert_int_equal(errno, ENETDOWN);

	run("ip link set wire0 up");
	await_wire(open_probe("wire0"), open_probe("wire1"));
	frame_send(peer, &frame);
	assert_true(readable(socket, WAIT_MS));
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), 22);

	run("ip link del wire0");
	assert_true(readable(socket, WAIT_MS));
	assert_int_equal(recv(socket, bytes, sizeof(bytes), 0), -1);
	assert_int_equal(errno, ENETDOWN);
	assert_int_equal(send(socket, bytes, 22, 0), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(packet_socket_open(&interface, ETH_P_PPP_SES), -ENODEV);
	close(socket);
	close(peer);
}

/* device.h */

static void tun_device_lives_with_its_descriptor(void **state)
{
	(void)state;
	struct rtnetlink *rtnetlink = rtnetlink_new();
	assert_non_null(rtnetlink);
	char name[DEVICE_NAME_SIZE], second[DEVICE_NAME_SIZE];
	int index, second_index;
	int tun = device_tun_open(rtnetlink, "ppp%d", name, &index);
	assert_true(tun >= 0);
	assert_string_equal(name, "ppp0");
	assert_int_equal(index, if_nametoindex("ppp0"));
	assert_int_equal(fcntl(tun, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fcntl(tun, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	int other = device_tun_open(rtnetlink, "ppp%d", second, &second_index);
	assert_true(other >= 0);
	assert_string_equal(second, "ppp1");
	close(other);
	assert_int_equal(if_nametoindex("ppp1"), 0);

	assert_int_equal(device_tun_open(rtnetlink, "ppp0", second, &second_index), -EBUSY);
	assert_int_equal(device_tun_open(rtnetlink, "lo", second, &second_index), -EBUSY);
	assert_int_equal(device_tun_open(rtnetlink, "", second, &second_index), -EINVAL);
	assert_int_equal(device_tun_open(rtnetlink, "a-name-of-16-bytes", second, &second_index),
			 -EINVAL);
	run("ip tuntap add dev tun7 mode tun");
	assert_int_equal(device_tun_open(rtnetlink, "tun7", second, &second_index), -EBUSY);
	assert_int_equal(device_remove(rtnetlink, (int)if_nametoindex("tun7")), 0);
	assert_int_equal(if_nametoindex("tun7"), 0);
	assert_int_equal(device_remove(rtnetlink, 4711), -ENODEV);

	assert_int_equal(device_set_up(rtnetlink, index, 1492), 0);
	assert_true(says("ip link show ppp0", "UP"));
	assert_true(says("ip link show ppp0", "mtu 1492"));
	assert_true(says("ip link show ppp0", "qlen 1000"));
	assert_false(says("ip -6 address show dev ppp0", "inet6"));
	close(tun);
	assert_int_equal(if_nametoindex("ppp0"), 0);
	rtnetlink_free(rtnetlink);
	rtnetlink_free(NULL);
}

#define ADDRESS(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static void addresses_and_routes_are_set(void **state)
{
	(void)state;
	struct rtnetlink *r = rtnetlink_new();
	char name[DEVICE_NAME_SIZE];
	int index;
	int tun = device_tun_open(r, "ppp0", name, &index);
	assert_int_equal(device_set_up(r, index, 1492), 0);
	uint32_t local = ADDRESS(203, 0, 113, 7), peer = ADDRESS(198, 51, 100, 1);
	assert_int_equal(device_add_ipv4(r, index, local, peer), 0);
	assert_true(says("ip address show ppp0", "inet 203.0.113.7 peer 198.51.100.1/32"));
	assert_int_equal(device_add_ipv4(r, index, local, peer), -EEXIST);
	assert_int_equal(device_remove_ipv4(r, index, local, peer), 0);
	assert_false(says("ip address show ppp0", "inet "));
	assert_int_equal(device_remove_ipv4(r, index, local, peer), -EADDRNOTAVAIL);
	assert_int_equal(device_add_ipv4(r, index, local, 0), 0);
	assert_true(says("ip address show ppp0", "inet 203.0.113.7/32"));

	assert_int_equal(device_add_link_local(r, index, 0x0200aabbccddeeff), 0);
	assert_true(says("ip address show ppp0", "inet6 fe80::200:aabb:ccdd:eeff/64 scope link"));
	assert_false(says("ip address show ppp0", "tentative"));
	assert_int_equal(device_remove_link_local(r, index, 0x0200aabbccddeeff), 0);
	assert_false(says("ip address show ppp0", "inet6"));
	assert_int_equal(device_add_link_local(r, index, 1), 0);

	assert_int_equal(device_add_ipv4_route(r, index, ADDRESS(192, 0, 2, 0), 24), 0);
	assert_true(says("ip route", "192.0.2.0/24 dev ppp0"));
	assert_int_equal(device_add_ipv4_route(r, index, ADDRESS(192, 0, 2, 0), 24), -EEXIST);
	assert_int_equal(device_add_ipv4_route(r, index, 0, 33), -EINVAL);
	assert_int_equal(device_add_default_ipv4(r, index, 42), 0);
	assert_true(says("ip route", "default dev ppp0 proto static scope link metric 42"));
	assert_int_equal(device_add_default_ipv6(r, index, 0), 0);
	assert_true(says("ip -6 route", "default dev ppp0 proto static metric 1024"));
	assert_int_equal(device_add_default_ipv4(r, 4711, 0), -ENODEV);
	close(tun);
	rtnetlink_free(r);
}

/* The promise to whoever has another line: it is not touched, and back whatever dies. */
static void default_route_goes_before_the_old_one(void **state)
{
	(void)state;
	make_wire();
	run("ip address add 192.0.2.2/24 dev wire0 && ip route add default via 192.0.2.1");
	assert_true(says("ip route get 8.8.8.8", "via 192.0.2.1 dev wire0"));
	struct rtnetlink *r = rtnetlink_new();
	char name[DEVICE_NAME_SIZE];
	int index;
	int tun = device_tun_open(r, "ppp0", name, &index);
	assert_int_equal(device_set_up(r, index, 1492), 0);
	assert_int_equal(device_add_ipv4(r, index, ADDRESS(203, 0, 113, 7), 0), 0);
	assert_int_equal(device_add_default_ipv4(r, index, 0), 0);

	assert_true(says("ip route get 8.8.8.8", "dev ppp0"));
	assert_true(says("ip route", "default via 192.0.2.1 dev wire0"));
	close(tun);
	assert_true(says("ip route get 8.8.8.8", "via 192.0.2.1 dev wire0"));
	assert_false(says("ip route", "ppp0"));
	rtnetlink_free(r);
}

struct seen {
	const char *name; /* whose events */
	struct device_event last;
	unsigned count, gone;
};

static void note_event(void *context, const struct device_event *event)
{
	struct seen *seen = context;
	if (strcmp(event->name, seen->name) != 0)
		return;
	seen->last = *event;
	seen->count++;
	seen->gone += event->kind == DEVICE_GONE;
}

/* Waits until the last event about wire0 is as wanted. */
static void expect_event(struct device_watch *watch, struct seen *seen,
			 const struct device_event *wanted)
{
	mono_us deadline = mono_after_ms(clock_now(), WAIT_MS);
	for (;;) {
		assert_int_equal(device_watch_read(watch, note_event, seen), 0);
		const struct device_event *last = &seen->last;
		if (seen->count > 0 && last->kind == wanted->kind && last->mtu == wanted->mtu &&
		    mac_equal(last->address, wanted->address) &&
		    (wanted->kind == DEVICE_GONE ||
		     (last->up == wanted->up && last->carrier == wanted->carrier)))
			return;
		int left = clock_poll_timeout(deadline, clock_now());
		if (!readable(device_watch_descriptor(watch), left))
			fail_msg("no such event: up %d, carrier %d", wanted->up, wanted->carrier);
	}
}

static void events_of_interfaces_are_seen(void **state)
{
	(void)state;
	struct packet_interface interface = make_wire();
	struct device_watch *watch = device_watch_new();
	assert_non_null(watch);
	struct seen seen = { .name = "wire0" };
	struct device_event wanted = {
		DEVICE_CHANGED, interface.index, "wire0", true, false, OURS, 1500
	};
	run("ip link set wire1 down");
	expect_event(watch, &seen, &wanted);
	assert_int_equal(seen.last.index, interface.index);
	wanted.carrier = true;
	run("ip link set wire1 up");
	expect_event(watch, &seen, &wanted);
	wanted.address = OTHER;
	run("ip link set wire0 address 02:00:00:00:00:0c");
	expect_event(watch, &seen, &wanted);
	wanted.mtu = 1508;
	run("ip link set wire0 mtu 1508");
	expect_event(watch, &seen, &wanted);

	/* A port that leaves its bridge is not gone. */
	run("ip link add bridge0 type bridge && ip link set wire0 master bridge0");
	expect_event(watch, &seen, &wanted);
	run("ip link set wire0 nomaster");
	seen.count = 0;
	expect_event(watch, &seen, &wanted);
	wanted.up = wanted.carrier = false;
	run("ip link set wire0 down");
	expect_event(watch, &seen, &wanted);
	assert_int_equal(seen.gone, 0);
	wanted.kind = DEVICE_GONE;
	run("ip link del wire0");
	expect_event(watch, &seen, &wanted);
	assert_int_equal(seen.last.index, interface.index);
	device_watch_free(watch);
	device_watch_free(NULL);
}

/* plane.h */

struct end {
	int namespace, wire, device, udp, index;
	struct plane *plane;
};

/* One end of the session, in the namespace that is current. */
static struct end open_end(const char *interface_name, struct mac local, struct mac peer,
			   uint32_t address, uint32_t peer_address)
{
	struct packet_interface interface;
	assert_int_equal(packet_interface_look_up(interface_name, &interface), 0);
	struct end end = { .wire = packet_socket_open(&interface, ETH_P_PPP_SES) };
	assert_true(end.wire >= 0);
	const struct packet_session session = { true, peer, 0x1234 };
	assert_int_equal(packet_filter_data(end.wire, local, &session), 0);

	struct rtnetlink *r = rtnetlink_new();
	char name[DEVICE_NAME_SIZE];
	end.device = device_tun_open(r, "ppp0", name, &end.index);
	assert_true(end.device >= 0);
	assert_int_equal(device_set_up(r, end.index, 1492), 0);
	assert_int_equal(device_add_ipv4(r, end.index, address, peer_address), 0);
	assert_int_equal(device_add_link_local(r, end.index, address), 0);
	rtnetlink_free(r);

	const struct plane_link link = {
		end.wire, end.device, interface.index, local, peer, 0x1234, 1492, 1492, true, true
	};
	end.plane = plane_tun.open(&link);
	assert_non_null(end.plane);
	end.udp = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(end.udp >= 0);
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(7) };
	assert_int_equal(bind(end.udp, (const struct sockaddr *)&any, sizeof(any)), 0);
	return end;
}

static void close_end(struct end *end)
{
	plane_tun.close(end->plane);
	close(end->udp);
	close(end->device);
	close(end->wire);
}

static int run_plane(struct plane *plane)
{
	struct pollfd polls[PLANE_POLLS];
	plane_tun.polls(plane, polls);
	poll(polls, PLANE_POLLS, 10);
	return plane_tun.run(plane, polls);
}

/* False if the descriptor still has nothing to read after the time. */
static bool run_planes(struct end *a, struct end *b, int descriptor, uint32_t time_ms)
{
	mono_us deadline = mono_after_ms(clock_now(), time_ms);
	while (!readable(descriptor, 0)) {
		if (clock_now() >= deadline)
			return false;
		assert_int_equal(run_plane(a->plane), 0);
		assert_int_equal(run_plane(b->plane), 0);
	}
	return true;
}

static void expect_datagram(struct end *a, struct end *b, const struct sockaddr_in6 *to,
			    size_t length)
{
	uint8_t sent[2000], received[2000];
	entropy_fill(sent, length);
	/* Again and again: the kernel makes the route to a new IPv6 address in its own time. */
	unsigned tries = 0;
	do {
		assert_in_range(++tries, 1, WAIT_MS / 100);
		assert_int_equal(
			sendto(a->udp, sent, length, 0, (const struct sockaddr *)to, sizeof(*to)),
			length);
	} while (!run_planes(a, b, b->udp, 100));
	assert_int_equal(recv(b->udp, received, sizeof(received), 0), length);
	assert_memory_equal(sent, received, length);
}

static void packets_cross_two_planes(void **state)
{
	(void)state;
	make_wire();
	int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	int theirs = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_int_equal(setns(ours, CLONE_NEWNET), 0);
	run("ip link set wire1 netns /proc/%d/fd/%d", (int)getpid(), theirs);
	uint32_t a_address = ADDRESS(10, 64, 0, 1), b_address = ADDRESS(10, 64, 0, 2);
	assert_int_equal(setns(theirs, CLONE_NEWNET), 0);
	run("ip link set wire1 up");
	int probe = open_probe("wire1");
	assert_int_equal(setns(ours, CLONE_NEWNET), 0);
	await_wire(open_probe("wire0"), probe);
	assert_int_equal(setns(theirs, CLONE_NEWNET), 0);
	struct end b = open_end("wire1", PEER, OURS, b_address, a_address);
	assert_int_equal(setns(ours, CLONE_NEWNET), 0);
	struct end a = open_end("wire0", OURS, PEER, a_address, b_address);

	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(7) };
	assert_int_equal(inet_pton(AF_INET6, "::ffff:10.64.0.2", &to.sin6_addr), 1);
	expect_datagram(&a, &b, &to, 1);
	expect_datagram(&a, &b, &to, 1492 - 28); /* a full packet */
	assert_int_equal(inet_pton(AF_INET6, "fe80::a40:2", &to.sin6_addr), 1);
	to.sin6_scope_id = (uint32_t)a.index;
	expect_datagram(&a, &b, &to, 1492 - 48);
	assert_int_equal(inet_pton(AF_INET6, "::ffff:10.64.0.1", &to.sin6_addr), 1);
	to.sin6_scope_id = 0;
	expect_datagram(&b, &a, &to, 100);

	/* The kernel sends some packets of its own: wait until none is under way. */
	struct plane_counters sent, received;
	mono_us deadline = mono_after_ms(clock_now(), WAIT_MS);
	do {
		assert_true(clock_now() < deadline);
		assert_int_equal(run_plane(a.plane), 0);
		assert_int_equal(run_plane(b.plane), 0);
		plane_tun.counters(a.plane, &sent);
		plane_tun.counters(b.plane, &received);
	} while (received.in_packets != sent.out_packets);
	assert_in_range(sent.out_packets, 3, 100);
	assert_in_range(sent.out_bytes, 29 + 1492 + 1492, 100000);
	assert_true(received.in_bytes == sent.out_bytes);
	for (enum plane_drop reason = 0; reason < PLANE_DROP_COUNT; reason++)
		assert_true(sent.drops[reason] == 0 && received.drops[reason] == 0);
	close_end(&a);
	close_end(&b);
	close(ours);
	close(theirs);
}

struct bad_frame {
	struct frame frame;
	enum plane_drop reason;
};

static const uint8_t ipv4_packet[20] = { 0x45, 0, 0, 20, 0, 0, 0, 0, 64, 255 };
static const uint8_t ipv6_packet[40] = { 0x60, 0, 0, 0, 0, 0, 59, 64 };

#define V4 .packet = { ipv4_packet, 20 }, .length = 22
#define V6 .packet = { ipv6_packet, 40 }, .length = 42

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
/* clang-format off */
static const struct bad_frame bad_frames[] = {
	{ { SESSION_FRAME(0x0021), V4, .ethertype = ETH_P_IP }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .version = 0x21 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .version = 0x12 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .code = 0x65 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .length = 23 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .length = 65535 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .length = 1 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .length = 0 }, PLANE_DROP_FRAME },
	{ { SESSION_FRAME(0x0021), V4, .length = 2 }, PLANE_DROP_PROTOCOL },
	{ { SESSION_FRAME(0x0021), V4, .session_id = 0x1235 }, PLANE_DROP_SESSION },
	{ { SESSION_FRAME(0x0021), V4, .source = OTHER_BYTES }, PLANE_DROP_SESSION },
	{ { SESSION_FRAME(0x0021), V4, .destination = OTHER_BYTES }, PLANE_DROP_SESSION },
	{ { SESSION_FRAME(0xc021), V4 }, PLANE_DROP_PROTOCOL },
	{ { SESSION_FRAME(0x0000), V4 }, PLANE_DROP_PROTOCOL },
	{ { SESSION_FRAME(0x0057), V4 }, PLANE_DROP_PROTOCOL },
	{ { SESSION_FRAME(0x0021), V6 }, PLANE_DROP_PROTOCOL },
	{ { SESSION_FRAME(0x0057), V6 }, PLANE_DROP_PROTOCOL }, /* not open here */
};
/* clang-format on */
#pragma GCC diagnostic pop

#define BAD_FRAMES (sizeof(bad_frames) / sizeof(bad_frames[0]))

/* A plane on a pair of sockets instead of wire and device: one message is one frame or packet. */
struct bench {
	int wire, device; /* the test's ends */
	struct plane_link link;
	struct plane *plane;
};

static struct bench open_bench(void)
{
	int wire[2], device[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, wire), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, device), 0);
	struct bench bench = {
		wire[0],
		device[0],
		{ wire[1], device[1], 0, OURS, PEER, 0x1234, 1000, 1492, true, false },
		NULL,
	};
	bench.plane = plane_tun.open(&bench.link);
	assert_non_null(bench.plane);
	return bench;
}

static void close_bench(struct bench *bench)
{
	plane_tun.close(bench->plane);
	close(bench->wire);
	close(bench->device);
	close(bench->link.wire);
	close(bench->link.device);
}

/* A packet as the device gives it and takes it: behind a struct virtio_net_hdr of no offload. */
static void device_send(const struct bench *bench, const uint8_t *packet, size_t length)
{
	uint8_t message[10 + 2000] = { 0 };
	memcpy(message + 10, packet, length);
	assert_int_equal(send(bench->device, message, 10 + length, 0), 10 + length);
}

/* -1 if there is none; the header stays in ret_header. */
static ssize_t device_receive(const struct bench *bench, uint8_t ret_header[10], uint8_t *packet,
			      size_t size)
{
	struct iovec parts[] = { { ret_header, 10 }, { packet, size } };
	ssize_t length = readv(bench->device, parts, 2);
	return length < 0 ? -1 : length - 10;
}

static uint64_t drops_of(struct plane *plane, enum plane_drop reason)
{
	struct plane_counters counters;
	plane_tun.counters(plane, &counters);
	return counters.drops[reason];
}

static void bad_frames_are_dropped_by_reason(void **state)
{
	(void)state;
	struct bench bench = open_bench();
	uint8_t packet[2000], header[10];
	for (size_t i = 0; i < BAD_FRAMES; i++) {
		uint64_t before = drops_of(bench.plane, bad_frames[i].reason);
		frame_send(bench.wire, &bad_frames[i].frame);
		assert_int_equal(run_plane(bench.plane), 0);
		if (drops_of(bench.plane, bad_frames[i].reason) != before + 1)
			fail_msg("bad frame %zu: not counted as %s", i,
				 plane_drop_name(bad_frames[i].reason));
		assert_int_equal(recv(bench.device, packet, sizeof(packet), 0), -1);
	}
	/* Every length of a frame that ends too early. */
	const struct frame good = { SESSION_FRAME(0x0021), .packet = { ipv4_packet, 20 } };
	struct frame frame = good;
	frame.length = 22;
	uint8_t bytes[100];
	size_t length = frame_build(&frame, bytes, sizeof(bytes));
	for (size_t cut = 1; cut < length; cut++) {
		assert_int_equal(send(bench.wire, bytes, cut, 0), cut);
		assert_int_equal(run_plane(bench.plane), 0);
	}
	assert_int_equal(recv(bench.device, packet, sizeof(packet), 0), -1);
	/* Padding up to Ethernet's least length is cut. */
	memset(bytes + length, 0xee, 60 - length);
	assert_int_equal(send(bench.wire, bytes, 60, 0), 60);
	assert_int_equal(run_plane(bench.plane), 0);
	assert_int_equal(device_receive(&bench, header, packet, sizeof(packet)), 20);
	assert_memory_equal(header, ((uint8_t[10]){ 0 }), 10);
	assert_memory_equal(packet, ipv4_packet, 20);
	close_bench(&bench);
}

static void packets_of_the_device_are_framed(void **state)
{
	(void)state;
	struct bench bench = open_bench();
	uint8_t packet[1001] = { 0x45 }, frame[2000], expected[2000];
	device_send(&bench, packet, 1000);
	assert_int_equal(run_plane(bench.plane), 0);
	const struct frame wanted = {
		.destination = PEER,
		.source = OURS,
		.vlan = UNTAGGED,
		.ethertype = ETH_P_PPP_SES,
		.version = 0x11,
		.session_id = 0x1234,
		.length = 1002,
		.protocol = 0x0021,
		.packet = { packet, 1000 },
	};
	size_t length = frame_build(&wanted, expected, sizeof(expected));
	assert_int_equal(recv(bench.wire, frame, sizeof(frame), 0), length);
	assert_memory_equal(frame, expected, length);

	device_send(&bench, packet, 1001);
	packet[0] = 0x60; /* IPv6 is not open */
	device_send(&bench, packet, 40);
	packet[0] = 0x00;
	device_send(&bench, packet, 40);
	assert_int_equal(run_plane(bench.plane), 0);
	assert_int_equal(recv(bench.wire, frame, sizeof(frame), 0), -1);
	assert_int_equal(drops_of(bench.plane, PLANE_DROP_TOO_LONG), 1);
	assert_int_equal(drops_of(bench.plane, PLANE_DROP_PROTOCOL), 2);

	close_bench(&bench);

	struct plane_link link = bench.link;
	link.session_id = 0;
	assert_null(plane_tun.open(&link));
	assert_int_equal(errno, EINVAL);
	plane_tun.close(NULL);
}

/* A wire that takes no more: the device waits, and nothing is lost. */
static void full_wire_stops_the_device(void **state)
{
	(void)state;
	struct bench bench = open_bench();
	uint8_t packet[1000] = { 0x45 }, frame[2000];
	unsigned sent = 0, received = 0;
	struct pollfd polls[PLANE_POLLS];
	for (;; sent++) {
		plane_tun.polls(bench.plane, polls);
		if ((polls[0].events & POLLOUT) != 0)
			break;
		assert_in_range(sent, 0, 10000);
		device_send(&bench, packet, sizeof(packet));
		assert_int_equal(run_plane(bench.plane), 0);
	}
	assert_int_equal(polls[1].events, 0);
	device_send(&bench, packet, sizeof(packet));
	assert_int_equal(run_plane(bench.plane), 0);
	for (sent++; received < sent; received++) {
		if (recv(bench.wire, frame, sizeof(frame), 0) < 0) {
			assert_int_equal(run_plane(bench.plane), 0);
			assert_int_equal(recv(bench.wire, frame, sizeof(frame), 0), 1022);
		}
	}
	plane_tun.polls(bench.plane, polls);
	assert_int_equal(polls[0].events, POLLIN);
	assert_int_equal(polls[1].events, POLLIN);
	assert_int_equal(drops_of(bench.plane, PLANE_DROP_WIRE), 0);
	close_bench(&bench);
}

static void batches_are_bounded(void **state)
{
	(void)state;
	struct bench bench = open_bench();
	const struct frame frame = { SESSION_FRAME(0x0021), .packet = { ipv4_packet, 20 } };
	struct frame good = frame;
	good.length = 22;
	for (unsigned i = 0; i < 100; i++) {
		frame_send(bench.wire, &good);
		device_send(&bench, ipv4_packet, 20);
	}
	struct plane_counters counters;
	for (unsigned run = 1; run <= 2; run++) {
		assert_int_equal(run_plane(bench.plane), 0);
		plane_tun.counters(bench.plane, &counters);
		assert_int_equal(counters.in_packets, run == 1 ? 64 : 100);
		assert_int_equal(counters.out_packets, run == 1 ? 64 : 100);
	}
	close_bench(&bench);
}

static void plane_tells_down_from_gone(void **state)
{
	(void)state;
	make_wire();
	int peer = open_peer();
	struct end end = open_end("wire0", OURS, PEER, ADDRESS(10, 64, 0, 1), 0);
	struct frame frame = { SESSION_FRAME(0x0021), .packet = { ipv4_packet, 20 } };
	frame.length = 22;
	uint64_t none = drops_of(end.plane, PLANE_DROP_DEVICE);

	run("ip link set ppp0 down");
	frame_send(peer, &frame);
	assert_true(readable(end.wire, WAIT_MS));
	assert_int_equal(run_plane(end.plane), 0);
	assert_int_equal(drops_of(end.plane, PLANE_DROP_DEVICE), none + 1);

	run("ip link set ppp0 up && ip link set wire0 down");
	assert_int_equal(run_plane(end.plane), 0);
	struct pollfd polls[PLANE_POLLS];
	plane_tun.polls(end.plane, polls);
	poll(polls, 1, 0);
	assert_int_equal(polls[0].revents, 0); /* the error was taken: no busy loop */
	none = drops_of(end.plane, PLANE_DROP_WIRE);
	run("ip route add 192.0.2.0/24 dev ppp0");
	const struct sockaddr_in6 to = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(7),
		.sin6_addr = { { { [10] = 0xff, 0xff, 192, 0, 2, 1 } } },
	};
	assert_int_equal(sendto(end.udp, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
	assert_true(readable(end.device, WAIT_MS));
	assert_int_equal(run_plane(end.plane), 0);
	assert_in_range(drops_of(end.plane, PLANE_DROP_WIRE), none + 1, none + 100);

	run("ip link del ppp0");
	assert_int_equal(run_plane(end.plane), -EBADFD);
	close_end(&end);

	end = open_end("wire1", PEER, OURS, ADDRESS(10, 64, 0, 1), 0);
	run("ip route add 192.0.2.0/24 dev ppp0 && ip link del wire1");
	run_plane(end.plane);
	assert_int_equal(sendto(end.udp, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
	assert_true(readable(end.device, WAIT_MS));
	assert_int_equal(run_plane(end.plane), -ENXIO);
	close_end(&end);
	close(peer);
}

/* process.h: children report by their exit status, 0 for good, else the line that failed. */

#define CHILD_ASSERT(condition) \
	do { \
		if (!(condition)) { \
			dprintf(2, "# child: line %d, %s\n", __LINE__, #condition); \
			_exit(1); \
		} \
	} while (0)

static void expect_child(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static bool status_has(int status, const char *line)
{
	char text[4096];
	ssize_t length = file_read_from(status, text, sizeof(text) - 1);
	if (length < 0)
		return false;
	text[length] = '\0';
	return strstr(text, line) != NULL;
}

static void check_confined(int status, bool empty_root)
{
	CHILD_ASSERT(status_has(status, "\nCapInh:\t0000000000000000\n"));
	CHILD_ASSERT(status_has(status, "\nCapPrm:\t0000000000000000\n"));
	CHILD_ASSERT(status_has(status, "\nCapEff:\t0000000000000000\n"));
	CHILD_ASSERT(status_has(status, "\nCapAmb:\t0000000000000000\n"));
	CHILD_ASSERT(status_has(status, "\nNoNewPrivs:\t1\n"));
	CHILD_ASSERT(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	CHILD_ASSERT(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) < 0 && errno == EPERM);
	CHILD_ASSERT(chroot("/") < 0);
	if (!empty_root)
		return;
	CHILD_ASSERT(status_has(status, "\nCapBnd:\t0000000000000000\n"));
	CHILD_ASSERT(open("/etc/passwd", O_RDONLY) < 0);
	CHILD_ASSERT(open("/proc/self/status", O_RDONLY) < 0);
	CHILD_ASSERT(open("../../etc/passwd", O_RDONLY) < 0);
	CHILD_ASSERT(open("/file", O_WRONLY | O_CREAT, 0600) < 0);
	CHILD_ASSERT(mkdir("/directory", 0700) < 0);
}

static void check_not_root(uid_t expected)
{
	uid_t user[3];
	gid_t group[3];
	CHILD_ASSERT(getresuid(&user[0], &user[1], &user[2]) == 0);
	CHILD_ASSERT(getresgid(&group[0], &group[1], &group[2]) == 0);
	for (unsigned i = 0; i < 3; i++)
		CHILD_ASSERT(user[i] == expected && group[i] != 0);
	CHILD_ASSERT(getgroups(0, NULL) == 0);
	CHILD_ASSERT(setuid(0) < 0 && errno == EPERM);
	CHILD_ASSERT(setgid(0) < 0 && errno == EPERM);
	CHILD_ASSERT(seteuid(0) < 0 && errno == EPERM);
}

static void confined_process_can_do_nothing(void **state)
{
	(void)state;
	unsigned long before = 0;
	struct stat info;
	assert_int_equal(stat("/run", &info), 0);
	before = info.st_nlink;
	static const struct {
		const char *user;
		uid_t expected;
	} users[] = {
		{ "nobody", 65534 }, { "no-such-user", 65534 }, { "root", 65534 }, { "bin", 2 }
	};
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		pid_t child = fork();
		if (child == 0) {
			int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
			CHILD_ASSERT(setgroups(2, (const gid_t[]){ 4, 5 }) == 0);
			CHILD_ASSERT(process_confine(users[i].user) == 0);
			check_confined(status, true);
			check_not_root(users[i].expected);
			_exit(0);
		}
		expect_child(child);
	}
	assert_int_equal(stat("/run", &info), 0);
	assert_true(info.st_nlink == before); /* no directory is left */
}

static void confining_an_ordinary_user_works(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
		CHILD_ASSERT(setgroups(0, NULL) == 0);
		CHILD_ASSERT(setresgid(1, 1, 1) == 0 && setresuid(1, 1, 1) == 0);
		CHILD_ASSERT(process_confine("nobody") == 0);
		check_confined(status, false);
		check_not_root(1);
		_exit(0);
	}
	expect_child(child);
}

static void write_text(const char *path, const char *text)
{
	int descriptor = open(path, O_WRONLY | O_CLOEXEC);
	CHILD_ASSERT(descriptor >= 0);
	CHILD_ASSERT(write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
	close(descriptor);
}

/* As `unshare --user --map-root-user` does it: nobody but root is there to change to. */
static void confining_root_of_a_user_namespace_works(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
		if (unshare(CLONE_NEWUSER) < 0)
			_exit(77);
		write_text("/proc/self/setgroups", "deny");
		write_text("/proc/self/uid_map", "0 0 1");
		write_text("/proc/self/gid_map", "0 0 1");
		CHILD_ASSERT(process_confine("nobody") == 0);
		check_confined(status, true);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("no user namespaces here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void half_confined_is_a_failure(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		/* Root, but without the capabilities to change root directory and user. */
		CHILD_ASSERT(process_keep_network_capabilities() == 0);
		CHILD_ASSERT(process_confine("nobody") == -EPERM);
		_exit(0);
	}
	expect_child(child);
	child = fork();
	if (child == 0) {
		/* Root is only asleep, in the saved user. */
		CHILD_ASSERT(setresuid(1, 1, 0) == 0);
		CHILD_ASSERT(process_confine("nobody") < 0);
		_exit(0);
	}
	expect_child(child);
}

static void network_capabilities_are_kept(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
		CHILD_ASSERT(process_keep_network_capabilities() == 0);
		/* CAP_NET_ADMIN is 12, CAP_NET_RAW 13. */
		CHILD_ASSERT(status_has(status, "\nCapInh:\t0000000000000000\n"));
		CHILD_ASSERT(status_has(status, "\nCapPrm:\t0000000000003000\n"));
		CHILD_ASSERT(status_has(status, "\nCapEff:\t0000000000003000\n"));
		CHILD_ASSERT(status_has(status, "\nCapBnd:\t0000000000003000\n"));
		CHILD_ASSERT(status_has(status, "\nNoNewPrivs:\t0\n"));
		CHILD_ASSERT(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
		CHILD_ASSERT(chroot("/") < 0 && errno == EPERM);
		struct rtnetlink *r = rtnetlink_new();
		char name[DEVICE_NAME_SIZE];
		int index;
		CHILD_ASSERT(device_tun_open(r, "ppp0", name, &index) >= 0);
		CHILD_ASSERT(device_set_up(r, index, 1492) == 0);
		_exit(0);
	}
	expect_child(child);
}

static void messages_carry_descriptors(void **state)
{
	(void)state;
	int pair[2], pipes[4], got[PROCESS_DESCRIPTORS_MAX];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(pipe2(pipes, O_CLOEXEC) | pipe2(pipes + 2, O_CLOEXEC), 0);
	char message[16];
	assert_int_equal(process_send(pair[0], "hello", 5, pipes, 4), 0);
	assert_int_equal(process_send(pair[0], "bye", 3, NULL, 0), 0);
	assert_int_equal(process_receive(pair[1], message, sizeof(message), got), 5);
	assert_memory_equal(message, "hello", 5);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(fcntl(got[i], F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(got[1], "x", 1), 1);
	assert_int_equal(read(pipes[0], message, 1), 1);
	for (unsigned i = 0; i < 4; i++)
		close(got[i]);
	assert_int_equal(process_receive(pair[1], message, sizeof(message), got), 3);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(got[i], -1);

	/* Too long: nothing of it is kept, its descriptors neither. */
	int lowest = dup(0);
	close(lowest);
	assert_int_equal(process_send(pair[0], "0123456789abcdefg", 17, pipes, 2), 0);
	assert_int_equal(process_receive(pair[1], message, sizeof(message), got), -EMSGSIZE);
	assert_int_equal(got[0], -1);
	int again = dup(0);
	assert_int_equal(again, lowest);
	close(again);

	assert_int_equal(process_send(pair[0], "", 0, NULL, 0), -EINVAL);
	assert_int_equal(process_send(pair[0], "x", 1, pipes, 5), -EINVAL);
	assert_int_equal(fcntl(pair[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(process_receive(pair[1], message, sizeof(message), got), -EAGAIN);
	close(pair[0]);
	assert_int_equal(process_receive(pair[1], message, sizeof(message), got), 0);
	assert_int_equal(process_send(pair[1], "x", 1, NULL, 0), -EPIPE);
	close(pair[1]);
	for (unsigned i = 0; i < 4; i++)
		close(pipes[i]);
}

static void expect_pid_in(const char *path, pid_t pid)
{
	char text[32] = "", expected[32];
	assert_true(file_read(path, text, sizeof(text) - 1) > 0);
	snprintf(expected, sizeof(expected), "%d\n", (int)pid);
	assert_string_equal(text, expected);
}

static void pid_file_belongs_to_the_living(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	char path[128];
	in_folder(&folder, "ppp0.pid", path);
	int lock, pair[2];
	pid_t other;
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	pid_t child = fork();
	if (child == 0) {
		CHILD_ASSERT(process_pid_file_write(path, &lock, &other) == 0);
		/* Some other descriptor of the file is closed: the lock stays. */
		close(open(path, O_RDONLY | O_CLOEXEC));
		CHILD_ASSERT(write(pair[1], "", 1) == 1);
		pause();
	}
	char byte;
	assert_int_equal(read(pair[0], &byte, 1), 1);
	expect_pid_in(path, child);
	assert_int_equal(process_pid_file_write(path, &lock, &other), -EEXIST);
	assert_int_equal(other, child);
	expect_pid_in(path, child);

	/* Dead, and its file still there. */
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(process_pid_file_write(path, &lock, &other), 0);
	expect_pid_in(path, getpid());
	struct stat info;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0644);
	assert_int_equal(info.st_nlink, 1);
	process_pid_file_remove(path, lock);
	assert_int_equal(access(path, F_OK), -1);
	close(pair[0]);
	close(pair[1]);
	remove_folder(&folder, 0);
}

static void stale_pid_files_are_replaced(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	char path[128], text[32];
	in_folder(&folder, "ppp0.pid", path);
	int lock;
	pid_t other;
	/* The pid is alive, but it is not one of us: it has no lock. */
	snprintf(text, sizeof(text), "%d\n", (int)getppid());
	const char *const contents[] = { text, "", "nonsense\n", "-1\n", "99999999999999999999\n" };
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		assert_int_equal(file_replace(path, 0644, contents[i], strlen(contents[i])), 0);
		assert_int_equal(process_pid_file_write(path, &lock, &other), 0);
		expect_pid_in(path, getpid());
		process_pid_file_remove(path, lock);
	}
	/* A file that another has put there meanwhile is not ours to remove. */
	assert_int_equal(process_pid_file_write(path, &lock, &other), 0);
	assert_int_equal(file_replace(path, 0644, "1\n", 2), 0);
	process_pid_file_remove(path, lock);
	expect_pid_in(path, 1);
	process_pid_file_remove(path, -1);
	/* Nothing is written through a symbolic link. */
	run("ln -sf /dev/null %s", path);
	assert_int_equal(process_pid_file_write(path, &lock, &other), -ELOOP);
	in_folder(&folder, "none/ppp0.pid", path);
	assert_int_equal(process_pid_file_write(path, &lock, &other), -ENOENT);
	remove_folder(&folder, 1);
}

/* Many start at once, over a stale file and over none: exactly one wins, the others learn whom. */
static void pid_file_has_one_winner(void **state)
{
	(void)state;
	struct folder folder = make_folder();
	char path[128];
	in_folder(&folder, "ppp0.pid", path);
	for (unsigned round = 0; round < 20; round++) {
		if (round % 2 == 0)
			assert_int_equal(file_replace(path, 0644, "1\n", 2), 0);
		int go[2], done[2];
		assert_int_equal(pipe2(go, O_CLOEXEC) | pipe2(done, O_CLOEXEC), 0);
		pid_t children[8];
		for (unsigned i = 0; i < 8; i++) {
			children[i] = fork();
			if (children[i] != 0)
				continue;
			char byte;
			int lock;
			pid_t other;
			close(go[1]);
			CHILD_ASSERT(read(go[0], &byte, 1) == 0);
			int result = process_pid_file_write(path, &lock, &other);
			CHILD_ASSERT(result == 0 || result == -EEXIST);
			CHILD_ASSERT(result == 0 || other > 1 || round % 2 == 0);
			CHILD_ASSERT(write(done[1], result == 0 ? "w" : "l", 1) == 1);
			pause();
		}
		close(go[0]);
		close(go[1]);
		unsigned winners = 0;
		for (unsigned i = 0; i < 8; i++) {
			char byte;
			assert_int_equal(read(done[0], &byte, 1), 1);
			winners += byte == 'w';
		}
		for (unsigned i = 0; i < 8; i++) {
			kill(children[i], SIGKILL);
			waitpid(children[i], NULL, 0);
		}
		assert_int_equal(winners, 1);
		close(done[0]);
		close(done[1]);
		assert_int_equal(unlink(path), 0);
	}
	remove_folder(&folder, 0);
}

static int bound_datagram_socket(const char *path, size_t length)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	memcpy(address.sun_path, path, length);
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(descriptor >= 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	assert_int_equal(bind(descriptor, (struct sockaddr *)&address, size), 0);
	return descriptor;
}

static void expect_words(int descriptor, const char *words, size_t length)
{
	char got[512];
	assert_int_equal(recv(descriptor, got, sizeof(got), 0), length);
	assert_memory_equal(got, words, length);
}

static void journal_has_fields_of_several_lines(void **state)
{
	(void)state;
	static const char path[] = "/run/systemd/journal/socket";
	const struct journal_field fields[] = {
		{ "MESSAGE", "one" }, { "EMPTY", "" },	  { "NOTHING", NULL },
		{ "WORDS", "a\nbc" }, { "LINK", "ppp0" },
	};
	assert_int_equal(mount("tmpfs", "/run", "tmpfs", 0, NULL), 0);
	assert_int_equal(journal_open(), -ENOENT);
	assert_int_equal(mkdir("/run/systemd", 0755), 0);
	assert_int_equal(mkdir("/run/systemd/journal", 0755), 0);
	int journal = bound_datagram_socket(path, strlen(path));
	int sender = journal_open();
	assert_true(sender >= 0);
	assert_int_equal(journal_send(sender, fields, 5), 0);
	static const char entry[] = "MESSAGE=one\nWORDS\n\4\0\0\0\0\0\0\0a\nbc\nLINK=ppp0\n";
	expect_words(journal, entry, sizeof(entry) - 1);
	int error = 0;
	for (unsigned i = 0; i < 100000 && error == 0; i++)
		error = journal_send(sender, fields, 5);
	assert_int_equal(error, -EAGAIN); /* it is full, and nobody waits */
	close(journal);
	assert_int_equal(journal_send(sender, fields, 5), -ECONNREFUSED);
	close(sender);
}

static void manager_is_told(void **state)
{
	(void)state;
	static const char abstract[] = "\0dialtone-rooms";
	struct service_notify notify;
	service_notify_init(&notify);
	assert_int_equal(service_notify_send(&notify, "READY=1"), 0); /* nobody has asked */
	service_notify_done(&notify);

	static const char *const odd[] = { "", "/", "@", "relative", "vsock:2:1" };
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		setenv("NOTIFY_SOCKET", odd[i], 1);
		setenv("WATCHDOG_USEC", "1000", 1);
		service_notify_init(&notify);
		assert_int_equal(notify.socket, -1);
		assert_int_equal(notify.watchdog_us, 0);
	}
	int manager = bound_datagram_socket(abstract, sizeof(abstract) - 1);
	setenv("NOTIFY_SOCKET", "@dialtone-rooms", 1);
	setenv("WATCHDOG_USEC", "2500000", 1);
	char pid[16];
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	service_notify_init(&notify);
	assert_int_equal(notify.watchdog_us, 2500000);
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_int_equal(service_notify_send(&notify, "READY=1"), 0);
	expect_words(manager, "READY=1", 7);
	close(manager);
	assert_true(service_notify_send(&notify, "READY=1") < 0);
	service_notify_done(&notify);
}

#define IN_MNT(test) cmocka_unit_test_setup(test, fresh_mnt)
#define IN_NAMESPACE(test) cmocka_unit_test_setup(test, fresh_namespace)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_goes_on_and_entropy_differs),
		cmocka_unit_test(poll_timeouts_are_rounded_up),
		IN_MNT(file_is_replaced_whole),
		IN_MNT(file_errors_leave_nothing),
		IN_NAMESPACE(interfaces_are_looked_up),
		IN_NAMESPACE(filters_pass_what_is_theirs),
		IN_NAMESPACE(short_frames_do_not_pass),
		IN_NAMESPACE(frames_of_devices_on_top_do_not_pass),
		IN_NAMESPACE(socket_is_deaf_until_told),
		IN_NAMESPACE(socket_survives_its_interface_going_down),
		IN_NAMESPACE(tun_device_lives_with_its_descriptor),
		IN_NAMESPACE(addresses_and_routes_are_set),
		IN_NAMESPACE(default_route_goes_before_the_old_one),
		IN_NAMESPACE(events_of_interfaces_are_seen),
		IN_NAMESPACE(packets_cross_two_planes),
		cmocka_unit_test(bad_frames_are_dropped_by_reason),
		cmocka_unit_test(packets_of_the_device_are_framed),
		cmocka_unit_test(full_wire_stops_the_device),
		cmocka_unit_test(batches_are_bounded),
		IN_NAMESPACE(plane_tells_down_from_gone),
		IN_NAMESPACE(confined_process_can_do_nothing),
		IN_NAMESPACE(confining_an_ordinary_user_works),
		IN_NAMESPACE(confining_root_of_a_user_namespace_works),
		IN_NAMESPACE(half_confined_is_a_failure),
		IN_NAMESPACE(network_capabilities_are_kept),
		cmocka_unit_test(messages_carry_descriptors),
		IN_MNT(pid_file_belongs_to_the_living),
		IN_MNT(stale_pid_files_are_replaced),
		IN_MNT(pid_file_has_one_winner),
		IN_MNT(journal_has_fields_of_several_lines),
		cmocka_unit_test(manager_is_told),
	};
	if (geteuid() != 0) {
		puts("1..0 # SKIP needs root");
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("linux rooms", tests, NULL, NULL);
}
