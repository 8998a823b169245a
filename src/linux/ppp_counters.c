/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux/ppp_counters.h"

#include <errno.h>
#include <linux/ppp_defs.h>

#include <linux/if.h>
#include <linux/ppp-ioctl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(const char *device, unsigned long what, void *answer)
{
	struct ifreq request = { .ifr_data = answer };
	int result = 0;
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(descriptor, what, &request) < 0)
		result = -errno;
	close(descriptor);
	return result;
}

int ppp_counters_read(const char *device, struct ppp_counters *ret_counters)
{
	struct ppp_stats stats = { 0 };
	int error = ask(device, SIOCGPPPSTATS, &stats);
	if (error < 0)
		return error;
	*ret_counters = (struct ppp_counters){
		.received_bytes = stats.p.ppp_ibytes,
		.received_packets = stats.p.ppp_ipackets,
		.sent_bytes = stats.p.ppp_obytes,
		.sent_packets = stats.p.ppp_opackets,
		.vj_received_compressed = stats.vj.vjs_compressedin,
		.vj_received_uncompressed = stats.vj.vjs_uncompressedin,
		.vj_received_errors = stats.vj.vjs_errorin,
		.vj_tossed = stats.vj.vjs_tossed,
		.vj_sent = stats.vj.vjs_packets,
		.vj_sent_compressed = stats.vj.vjs_compressed,
		.vj_searches = stats.vj.vjs_searches,
		.vj_misses = stats.vj.vjs_misses,
	};
	return 0;
}

static struct ppp_compression compression_of(const struct compstat *stats)
{
	return (struct ppp_compression){
		.plain_bytes = stats->unc_bytes,
		.compressed_bytes = stats->comp_bytes,
		.compressed_packets = stats->comp_packets,
		.incompressible_bytes = stats->inc_bytes,
		.incompressible_packets = stats->inc_packets,
		.recent_plain = stats->in_count,
		.recent_compressed = stats->bytes_out,
	};
}

int ppp_counters_read_compression(const char *device, struct ppp_counters *counters)
{
	struct ppp_comp_stats stats = { 0 };
	int error = ask(device, SIOCGPPPCSTATS, &stats);
	if (error < 0)
		return error;
	counters->sent = compression_of(&stats.c);
	counters->received = compression_of(&stats.d);
	return 0;
}
