/* SPDX-License-Identifier: BSD-2-Clause */
#include "offload/merge.h"

#include "offload/checksum.h"

#define PACKET_MAX 65535 /* the lengths in IP's and UDP's headers have 16 bits */
#define IPV4_DONT_FRAGMENT 0x4000
#define UDP_SEGMENTS_MAX 64 /* as many as Linux ever takes */

/* What decides about a packet, read once. */
struct candidate {
	struct packet packet;
	uint8_t *data;
	uint32_t length, payload_length;
	bool is_transport; /* TCP or UDP, unfragmented, exactly as long as it says */
	bool verified; /* all checksums are right */
	bool can_begin, ends; /* a group */
};

void merger_init(struct merger *merger, bool udp)
{
	merger->udp = udp;
	memset(merger->flows, 0, sizeof(merger->flows));
	merger->packet_count = merger->group_count = 0;
}

void merger_reset(struct merger *merger)
{
	if (merger->group_count > 0)
		memset(merger->flows, 0, sizeof(merger->flows));
	merger->packet_count = merger->group_count = 0;
}

static bool length_is_right(const struct candidate *one)
{
	uint32_t said = one->packet.ipv6 ? field_u16(one->data + IPV6_LENGTH) + IPV6_HEADER_LENGTH
					 : field_u16(one->data + IPV4_LENGTH);
	if (said != one->length)
		return false;
	return one->packet.protocol == PROTOCOL_TCP ||
	       field_u16(one->data + one->packet.transport + UDP_LENGTH) ==
		       one->length - one->packet.transport;
}

static bool checksums_are_right(const struct candidate *one)
{
	if (!one->packet.ipv6 &&
	    checksum_fold(checksum_add(0, bytes_of(one->data, IPV4_HEADER_LENGTH))) != UINT16_MAX)
		return false;
	if (one->packet.protocol == PROTOCOL_UDP &&
	    field_u16(one->data + one->packet.transport + UDP_CHECKSUM) == 0)
		return false; /* there is none */
	return checksum_fold(packet_sum(&one->packet, bytes_of(one->data, one->length))) ==
	       UINT16_MAX;
}

static bool is_fragment(const struct candidate *one)
{
	return !one->packet.ipv6 &&
	       (field_u16(one->data + IPV4_FRAGMENT) & ~IPV4_DONT_FRAGMENT) != 0;
}

static void judge(const struct merger *merger, struct candidate *one)
{
	one->is_transport = packet_read(bytes_of(one->data, one->length), 0, 0, &one->packet) &&
			    length_is_right(one) && !is_fragment(one);
	if (!one->is_transport)
		return;
	one->payload_length = one->length - one->packet.payload;
	if (one->payload_length == 0)
		return;
	if (one->packet.protocol == PROTOCOL_UDP) {
		one->can_begin = merger->udp;
	} else {
		uint8_t flags = one->data[one->packet.transport + TCP_FLAGS];
		one->can_begin =
			(flags & (TCP_ACK | TCP_SYN | TCP_RST | TCP_URG | TCP_CWR)) == TCP_ACK;
		one->ends = (flags & (TCP_PSH | TCP_FIN)) != 0;
	}
	if (one->can_begin)
		one->verified = checksums_are_right(one);
	one->can_begin = one->can_begin && one->verified;
}

static unsigned flow_of(const struct candidate *one)
{
	struct bytes addresses = packet_addresses(&one->packet, one->data);
	uint32_t hash = field_u32(one->data + one->packet.transport); /* both ports */
	for (size_t i = 0; i + 4 <= addresses.length; i += 4)
		hash = (hash ^ field_u32(addresses.data + i)) * 0x9e3779b1u;
	return (hash >> 16) & (MERGE_FLOWS - 1);
}

/* IPv4: all but length, identification and checksum; IPv6: all but the length. */
static bool same_network(const uint8_t *a, const uint8_t *b, bool ipv6)
{
	if (ipv6)
		return memcmp(a, b, IPV6_LENGTH) == 0 &&
		       memcmp(a + IPV6_LENGTH + 2, b + IPV6_LENGTH + 2,
			      IPV6_HEADER_LENGTH - IPV6_LENGTH - 2) == 0;
	return memcmp(a, b, IPV4_LENGTH) == 0 &&
	       memcmp(a + IPV4_FRAGMENT, b + IPV4_FRAGMENT, IPV4_CHECKSUM - IPV4_FRAGMENT) == 0 &&
	       memcmp(a + IPV4_ADDRESSES, b + IPV4_ADDRESSES, IPV4_ADDRESSES_LENGTH) == 0;
}

/* All but sequence number, PSH, FIN and checksum. */
static bool same_tcp(const uint8_t *a, const uint8_t *b, size_t length)
{
	const uint8_t ignored = TCP_PSH | TCP_FIN;
	return memcmp(a, b, TCP_SEQUENCE) == 0 && memcmp(a + 8, b + 8, TCP_FLAGS - 8) == 0 &&
	       ((a[TCP_FLAGS] ^ b[TCP_FLAGS]) & ~ignored) == 0 &&
	       memcmp(a + TCP_FLAGS + 1, b + TCP_FLAGS + 1, TCP_CHECKSUM - TCP_FLAGS - 1) == 0 &&
	       memcmp(a + TCP_CHECKSUM + 2, b + TCP_CHECKSUM + 2, length - TCP_CHECKSUM - 2) == 0;
}

/* Identifications that count up from the first one on; or stay, where DF makes them void. */
static bool id_follows(const struct merge_group *group, const uint8_t *first,
		       const struct candidate *one)
{
	if (one->packet.ipv6)
		return true;
	uint16_t id = field_u16(one->data + IPV4_ID);
	if (id == group->next_id && (group->counts_up || group->count == 1))
		return true;
	return (!group->counts_up || group->count == 1) && id == field_u16(first + IPV4_ID) &&
	       (field_u16(first + IPV4_FRAGMENT) & IPV4_DONT_FRAGMENT) != 0;
}

static bool fits(const struct merger *merger, const struct merge_group *group,
		 const struct candidate *one)
{
	const struct packet *packet = &one->packet;
	const uint8_t *first = merger->packets[group->first].data;
	if (!group->open || !one->can_begin || group->packet.ipv6 != packet->ipv6 ||
	    group->packet.protocol != packet->protocol ||
	    group->packet.payload != packet->payload || one->payload_length > group->segment_size ||
	    group->length + one->payload_length > PACKET_MAX ||
	    !same_network(first, one->data, packet->ipv6) || !id_follows(group, first, one))
		return false;
	const uint8_t *a = first + packet->transport, *b = one->data + packet->transport;
	if (packet->protocol == PROTOCOL_UDP)
		return memcmp(a, b, UDP_LENGTH) == 0 && group->count < UDP_SEGMENTS_MAX;
	return field_u32(b + TCP_SEQUENCE) == group->next_sequence &&
	       same_tcp(a, b, (size_t)(packet->payload - packet->transport));
}

static void append(struct merger *merger, struct merge_group *group, const struct candidate *one,
		   uint8_t number)
{
	if (group->count > 0) {
		merger->packets[group->last].next = (uint8_t)(number + 1);
		group->length += one->payload_length;
		if (!one->packet.ipv6 && group->count == 1)
			group->counts_up = field_u16(one->data + IPV4_ID) == group->next_id;
	}
	group->last = number;
	group->count++;
	group->next_sequence += one->payload_length;
	group->next_id++;
	if (one->packet.protocol == PROTOCOL_TCP)
		group->flags |= one->data[one->packet.transport + TCP_FLAGS] & (TCP_PSH | TCP_FIN);
	group->open = one->can_begin && !one->ends && one->payload_length == group->segment_size;
}

static void begin(struct merger *merger, const struct candidate *one, uint8_t number)
{
	struct merge_group *group = &merger->groups[merger->group_count++];
	*group = (struct merge_group){ .packet = one->packet,
				       .length = one->length,
				       .first = number,
				       .verified = one->verified,
				       .segment_size = (uint16_t)one->payload_length };
	if (one->is_transport && one->packet.protocol == PROTOCOL_TCP)
		group->next_sequence = field_u32(one->data + one->packet.transport + TCP_SEQUENCE);
	if (one->is_transport && !one->packet.ipv6)
		group->next_id = field_u16(one->data + IPV4_ID);
	if (one->is_transport)
		append(merger, group, one, number);
	else
		group->count = 1;
}

void merger_add(struct merger *merger, uint8_t *data, size_t length)
{
	if (merger->packet_count == MERGE_PACKETS)
		return;
	uint8_t number = merger->packet_count++;
	merger->packets[number] = (struct merge_packet){ data, (uint32_t)length, 0 };
	struct candidate one = { .data = data, .length = (uint32_t)length };
	judge(merger, &one);
	if (!one.is_transport) { /* a fragment, maybe, of any flow: nothing may overtake it */
		memset(merger->flows, 0, sizeof(merger->flows));
		begin(merger, &one, number);
		return;
	}
	/* Also where it cannot be merged: nothing may be added to a group from before it. */
	uint8_t *newest = &merger->flows[flow_of(&one)];
	struct merge_group *group = *newest ? &merger->groups[*newest - 1] : NULL;
	if (group && fits(merger, group, &one)) {
		append(merger, group, &one, number);
		return;
	}
	begin(merger, &one, number);
	*newest = merger->group_count;
}

unsigned merger_groups(const struct merger *merger)
{
	return merger->group_count;
}

/* The headers of many: their common length, PSH and FIN, and the pseudo-header's sum. */
static void write_headers(const struct merge_group *group, uint8_t *data,
			  struct offload *ret_offload)
{
	const struct packet *packet = &group->packet;
	bool tcp = packet->protocol == PROTOCOL_TCP;
	uint8_t *transport = data + packet->transport;
	uint16_t offset = tcp ? TCP_CHECKSUM : UDP_CHECKSUM;
	packet_set_length(packet, data, group->length);
	if (tcp)
		transport[TCP_FLAGS] |= group->flags;
	uint64_t sum = checksum_add_pseudo(0, packet_addresses(packet, data), packet->protocol,
					   group->length - packet->transport);
	checksum_store_folded(transport + offset, checksum_fold(sum));
	*ret_offload = (struct offload){
		.kind = !tcp	       ? OFFLOAD_UDP
			: packet->ipv6 ? OFFLOAD_TCPV6
				       : OFFLOAD_TCPV4,
		.needs_checksum = true,
		.header_length = packet->payload,
		.segment_size = group->segment_size,
		.checksum_start = packet->transport,
		.checksum_offset = offset,
	};
}

unsigned merger_group(struct merger *merger, unsigned number, struct offload *ret_offload,
		      struct bytes ret_slices[MERGE_PACKETS])
{
	const struct merge_group *group = &merger->groups[number];
	const struct merge_packet *packet = &merger->packets[group->first];
	*ret_offload = (struct offload){ .checksum_verified = group->verified };
	if (group->count > 1)
		write_headers(group, packet->data, ret_offload);
	unsigned count = 0;
	ret_slices[count++] = bytes_of(packet->data, packet->length);
	while (packet->next != 0) {
		packet = &merger->packets[packet->next - 1];
		struct reader r = reader_of(bytes_of(packet->data, packet->length));
		reader_bytes(&r, group->packet.payload);
		ret_slices[count++] = reader_rest(&r);
	}
	return count;
}
