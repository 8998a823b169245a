/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel counts on a PPP device of its own (ppp_generic).  Needs no privilege. */
#pragma once

#include <stdint.h>

struct ppp_compression {
	uint32_t plain_bytes; /* all packets, before or after compression */
	uint32_t compressed_bytes, compressed_packets;
	uint32_t incompressible_bytes, incompressible_packets;
	uint32_t recent_plain, recent_compressed; /* bytes; whose ratio is the recent one */
};

struct ppp_counters {
	/* bytes and packets of the device; 32 bits wide in the kernel: they wrap */
	uint64_t received_bytes, received_packets, sent_bytes, sent_packets;
	/* Van Jacobson's header compression (RFC 1144); `sent`: all TCP packets */
	uint32_t vj_received_compressed, vj_received_uncompressed, vj_received_errors, vj_tossed;
	uint32_t vj_sent, vj_sent_compressed, vj_searches, vj_misses;
	struct ppp_compression received, sent;
};

/* Functions return 0 or a negative errno; -EOPNOTSUPP and others for what is no PPP device. */
int ppp_counters_read(const char *device, struct ppp_counters *ret_counters);
/* Fills `received` and `sent` alone. */
int ppp_counters_read_compression(const char *device, struct ppp_counters *counters);
