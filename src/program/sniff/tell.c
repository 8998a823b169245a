/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/sniff/tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "config/shell_word.h"
#include "language/language.h"

#define TEXT_SIZE 260

void tell_begin(void)
{
	language_classic(stderr,
			 "Sniffing for PADR.  Start your connection on another machine...\n");
}

void tell_progress(enum advice_state before, enum advice_state after)
{
	if (before < ADVICE_ASKED && after >= ADVICE_ASKED)
		language_classic(stderr, "\nExcellent!  Sniffed a likely-looking PADR.\n");
	if (before < ADVICE_SESSION && after >= ADVICE_SESSION)
		language_classic(stderr, "Wonderful!  Sniffed a likely-looking session packet.\n");
}

/* As text; false if it has characters that a configuration cannot hold. */
static bool as_text(const uint8_t *from, size_t length, char to[TEXT_SIZE])
{
	struct bytes bytes = bytes_of(from, length);
	text_copy_peer(to, TEXT_SIZE, bytes);
	return bytes_equal(bytes_of_text(to), bytes);
}

static bool has_usual_types(const struct advice *advice)
{
	return advice->discovery_type == ETHERNET_PPPOE_DISCOVERY &&
	       advice->session_type == ETHERNET_PPPOE_SESSION;
}

void tell_advice(const struct advice *advice)
{
	char service[TEXT_SIZE];
	bool exact = as_text(advice->service, advice->service_length, service);
	if (advice->service_length == 0 && has_usual_types(advice) && advice->vlan_count == 0) {
		language_classic(stderr, "\nGreat!  It looks like a standard PPPoE service.\n"
					 "You should not need anything special in the "
					 "configuration file.\n");
		return;
	}
	language_classic(stderr, "\nOK, looks like you need something special in the "
				 "configuration file.\nTry this:\n\n");
	if (!exact)
		fputs(_("# The name has characters that can't stand here; those are dots now.\n"),
		      stderr);
	if (advice->service_length > 0 && strchr(service, '\'') == NULL) {
		fprintf(stderr, "SERVICENAME='%s'\n", service);
	} else if (advice->service_length > 0) {
		fputs("SERVICENAME=", stderr);
		shell_word_write(stderr, service);
		fputc('\n', stderr);
	}
	if (!has_usual_types(advice))
		fprintf(stderr, " PPPOE_EXTRA='-f %x:%x'\n", advice->discovery_type,
			advice->session_type);
	if (advice->vlan_count > 0)
		fprintf(stderr, "VLAN=%u\n", advice->vlan[0]);
}

static void put_key(const char *key, const uint8_t *value, size_t length, bool wanted)
{
	char text[TEXT_SIZE];
	if (length == 0)
		return;
	if (!as_text(value, length, text))
		puts("# The name has characters that can't stand here; those are dots now.");
	printf("%s%s=", wanted ? "" : "#", key);
	shell_word_write(stdout, text);
	putchar('\n');
}

static void put_mac(const char *title, struct mac mac)
{
	char memory[18];
	struct text text = text_of(memory, sizeof(memory));
	text_mac(&text, mac);
	printf("%s%s\n", title, memory);
}

void tell_config(const struct advice *advice, const char *interface)
{
	put_mac("# As pppoe-sniff saw it dialled by ", advice->host);
	put_mac("# at the concentrator ", advice->concentrator);
	printf("%sETH=", interface[0] ? "" : "#");
	shell_word_write(stdout, interface[0] ? interface : "eth0");
	putchar('\n');
	if (advice->vlan_count > 0)
		printf("VLAN=%u\n", advice->vlan[0]);
	if (advice->vlan_count > 1)
		printf("# and in there VLAN %u\n", advice->vlan[1]);
	put_key("USER", advice->user, advice->user_length, true);
	if (advice->user_length == 0)
		puts("#USER=");
	put_key("SERVICENAME", advice->service, advice->service_length, true);
	/* It was the one that answered, and need not be the only one. */
	put_key("ACNAME", advice->concentrator_name, advice->concentrator_name_length, false);
	if (advice->host_uniq_length > 0) {
		fputs("#HOST_UNIQ=", stdout);
		for (size_t i = 0; i < advice->host_uniq_length; i++)
			printf("%02x", advice->host_uniq[i]);
		putchar('\n');
	}
	if (advice->max_payload > 0)
		printf("# It asked for a PPP-Max-Payload of %u.\n", advice->max_payload);
	if (advice->state >= ADVICE_SESSION && !has_usual_types(advice)) {
		puts("# Other Ethernet types than the usual ones: of pppoe alone, under pppd.");
		printf("ENGINE=pppd\nPPPOE_EXTRA='-f %x:%x'\n", advice->discovery_type,
		       advice->session_type);
	}
}

static void put_count(const char *what, uint64_t count)
{
	fprintf(stderr, "%8" PRIu64 "  %s\n", count, what);
}

void tell_summary(const struct tell_counts *counts)
{
	put_count(_("frames of discovery"), counts->discovery);
	put_count(_("control packets of PPP"), counts->control);
	put_count(_("other packets, IP among them"), counts->data);
	put_count(_("bytes of them"), counts->data_bytes);
	if (counts->malformed > 0)
		put_count(_("malformed frames"), counts->malformed);
	if (counts->lost > 0)
		put_count(_("frames that there was no room for"), counts->lost);
}
