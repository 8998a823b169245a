/* SPDX-License-Identifier: BSD-2-Clause */
/* The data path's questions: see access.h. */
#include "access/access.h"

#define IPV4_HEADER_LENGTH 20
#define IPV6_HEADER_LENGTH 40

const char *access_verdict_name(enum access_verdict verdict)
{
	switch (verdict) {
	case ACCESS_PASS:
		return "pass";
	case ACCESS_DROP_FRAME:
		return "frame";
	case ACCESS_DROP_SESSION:
		return "session";
	case ACCESS_DROP_PROTOCOL:
		return "protocol";
	case ACCESS_DROP_SOURCE:
		return "source";
	case ACCESS_DROP_DESTINATION:
		return "destination";
	case ACCESS_DROP_RATE:
		return "rate";
	case ACCESS_VERDICT_COUNT:
		break;
	}
	return "unknown";
}

static bool is_version(struct bytes packet, unsigned version, size_t header_length)
{
	struct reader r = reader_of(packet);
	return packet.length >= header_length && reader_u8(&r) >> 4 == version;
}

static uint32_t ipv4_field(struct bytes packet, size_t offset)
{
	struct reader r = reader_of(packet);
	reader_bytes(&r, offset);
	return reader_u32(&r);
}

struct ipv6_address {
	uint64_t prefix, interface_id;
};

static struct ipv6_address ipv6_field(struct bytes packet, size_t offset)
{
	struct reader r = reader_of(packet);
	struct ipv6_address address;
	reader_bytes(&r, offset);
	address.prefix = reader_u64(&r);
	address.interface_id = reader_u64(&r);
	return address;
}

/* fe80::/10 (RFC 4291 section 2.4). */
static bool is_link_local(struct ipv6_address address)
{
	return address.prefix >> 54 == 0xfe80 >> 6;
}

static bool is_multicast(struct ipv6_address address)
{
	return address.prefix >> 56 == 0xff;
}

static enum access_verdict judge_ipv4(const struct access_path *path, struct bytes packet)
{
	if (!path->ipv4)
		return ACCESS_DROP_PROTOCOL;
	if (!is_version(packet, 4, IPV4_HEADER_LENGTH))
		return ACCESS_DROP_FRAME;
	return ipv4_field(packet, 12) == path->address ? ACCESS_PASS : ACCESS_DROP_SOURCE;
}

/* The link-local address that IPV6CP agreed on has a prefix of 54 zero bits (RFC 5072 section 5).
 */
static enum access_verdict judge_ipv6(const struct access_path *path, struct bytes packet)
{
	if (!path->ipv6)
		return ACCESS_DROP_PROTOCOL;
	if (!is_version(packet, 6, IPV6_HEADER_LENGTH))
		return ACCESS_DROP_FRAME;
	struct ipv6_address source = ipv6_field(packet, 8);
	if (is_multicast(source))
		return ACCESS_DROP_SOURCE;
	if (is_link_local(source) && (source.prefix != UINT64_C(0xfe80) << 48 ||
				      source.interface_id != path->peer_interface_id))
		return ACCESS_DROP_SOURCE;
	return ACCESS_PASS;
}

/* What a session may take at once after it was quiet: what it may in so long, or two of 64 KB. */
#define BURST_MS 100
#define BURST_LEAST (2 * 65536)
#define RATE_MOST (UINT64_C(1) << 40) /* bytes a second: times 10^6 it still fits */

static bool pay(struct access_meter *meter, uint64_t rate, size_t length, mono_us now)
{
	if (rate == 0)
		return true;
	if (rate > RATE_MOST)
		rate = RATE_MOST;
	int64_t most = (int64_t)(rate * BURST_MS / 1000);
	if (most < BURST_LEAST)
		most = BURST_LEAST;
	mono_us passed = now - meter->filled;
	if (meter->filled == 0 || passed >= 1000000)
		meter->tokens += (int64_t)rate + (meter->filled == 0 ? most : 0);
	else if (passed > 0)
		meter->tokens += (int64_t)rate * passed / 1000000;
	if (meter->tokens > most)
		meter->tokens = most;
	meter->filled = now;
	if (meter->tokens <= 0)
		return false;
	meter->tokens -= (int64_t)length;
	return true;
}

enum access_verdict access_inbound(struct access *a, uint32_t port, struct bytes bytes, mono_us now,
				   uint32_t *ret_slot, struct bytes *ret_packet)
{
	struct pppoe_session_frame frame;
	uint32_t slot;
	if (!pppoe_session_read(bytes, &frame) ||
	    !mac_equal(frame.destination, a->config.pppoe.address[port_interface(port)]))
		return ACCESS_DROP_FRAME;
	if (!pppoe_concentrator_find(&a->concentrator, port, frame.source, frame.session_id, &slot))
		return ACCESS_DROP_SESSION;
	struct access_path *path = &a->paths[slot];
	enum access_verdict verdict = ACCESS_DROP_PROTOCOL;
	if (frame.protocol == PPP_IPV4)
		verdict = judge_ipv4(path, frame.information);
	else if (frame.protocol == PPP_IPV6)
		verdict = judge_ipv6(path, frame.information);
	if (verdict != ACCESS_PASS)
		return verdict;
	path->heard = true;
	path->last_heard = path->last_data = now;
	if (!pay(&path->up_meter, path->up_rate, frame.information.length, now))
		return ACCESS_DROP_RATE;
	path->up.packets++;
	path->up.bytes += frame.information.length;
	*ret_slot = slot;
	*ret_packet = frame.information;
	return ACCESS_PASS;
}

static bool find_destination(const struct access *a, struct bytes packet, uint32_t *ret_slot,
			     uint16_t *ret_protocol)
{
	if (is_version(packet, 4, IPV4_HEADER_LENGTH)) {
		*ret_protocol = PPP_IPV4;
		return slot_map_find(&a->addresses, ipv4_field(packet, 16), ret_slot);
	}
	if (!is_version(packet, 6, IPV6_HEADER_LENGTH))
		return false;
	struct ipv6_address destination = ipv6_field(packet, 24);
	*ret_protocol = PPP_IPV6;
	return is_link_local(destination) &&
	       slot_map_find(&a->interface_ids, destination.interface_id, ret_slot);
}

enum access_verdict access_outbound(struct access *a, struct bytes packet, mono_us now,
				    uint32_t *ret_slot, uint16_t *ret_protocol)
{
	uint32_t slot;
	uint16_t protocol;
	if (!find_destination(a, packet, &slot, &protocol))
		return ACCESS_DROP_DESTINATION;
	struct access_path *path = &a->paths[slot];
	if (protocol == PPP_IPV4 ? !path->ipv4 : !path->ipv6)
		return ACCESS_DROP_PROTOCOL;
	path->last_data = now;
	if (!pay(&path->down_meter, path->down_rate, packet.length, now))
		return ACCESS_DROP_RATE;
	*ret_slot = slot;
	*ret_protocol = protocol;
	return ACCESS_PASS;
}

struct access_flow *access_down(struct access *a, uint32_t slot)
{
	return access_path(a, slot) ? &a->paths[slot].down : NULL;
}
