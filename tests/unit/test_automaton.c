/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds the table of src/ppp/automaton.c against that of RFC 1661 section 4.1, cell by cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ppp/automaton.h"

#define VECTOR "tests/vectors/rfc1661-4.1.txt"

/* The RFC's words, in the order of our enumerations. */
static const char *const event_words[PPP_EVENT_COUNT] = {
	"Up",  "Down", "Open", "Close", "TO+", "TO-",  "RCR+", "RCR-",
	"RCA", "RCN",  "RTR",  "RTA",	"RUC", "RXJ+", "RXJ-", "RXR",
};
static const char *const action_words[] = { "tlu", "tld", "tls", "tlf", "irc", "zrc", "scr",
					    "sca", "scn", "str", "sta", "scj", "ser" };
#define ACTION_COUNT (sizeof(action_words) / sizeof(action_words[0]))

static int index_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return (int)i;
	return -1;
}

/* "tld,irc,str/4", "3r" or "-" */
static bool read_cell(char *cell, struct ppp_transition *ret_transition)
{
	*ret_transition = (struct ppp_transition){ 0 };
	if (strcmp(cell, "-") == 0)
		return true;
	ret_transition->possible = true;
	char *next = cell;
	char *slash = strchr(cell, '/');
	if (slash) {
		*slash = '\0';
		next = slash + 1;
		char *rest;
		for (char *word = strtok_r(cell, ",", &rest); word;
		     word = strtok_r(NULL, ",", &rest)) {
			int action = index_of(word, action_words, ACTION_COUNT);
			if (action < 0)
				return false;
			ret_transition->actions |= (uint16_t)(1u << action);
		}
	}
	ret_transition->next = (uint8_t)(next[0] - '0');
	/* The footnotes: restart, passive, crossed connection. */
	return ret_transition->next < PPP_STATE_COUNT &&
	       (next[1] == '\0' || (strchr("rpx", next[1]) && next[2] == '\0'));
}

static void print_cell(const char *whose, const struct ppp_transition *t)
{
	print_message("#   %s:", whose);
	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (t->actions & 1u << i)
			print_message(" %s", action_words[i]);
	if (t->possible)
		print_message(" / %d\n", t->next);
	else
		print_message(" -\n");
}

static bool compare_cell(int event, int state, char *cell)
{
	const struct ppp_transition *ours = &ppp_automaton[event][state];
	struct ppp_transition wanted;
	assert_true(read_cell(cell, &wanted));
	if (ours->possible == wanted.possible && ours->actions == wanted.actions &&
	    ours->next == wanted.next)
		return true;
	print_message("# %s in state %d %s differs\n", event_words[event], state,
		      ppp_state_name((enum ppp_state)state));
	print_cell("the RFC", &wanted);
	print_cell("ours", ours);
	return false;
}

/* Compares the cells of one row; `first` is the state of its first column. */
static void compare_row(int event, int first, char *cells, unsigned *compared, unsigned *differing)
{
	char *rest;
	int state = first;
	for (char *cell = strtok_r(cells, " \n", &rest); cell;
	     cell = strtok_r(NULL, " \n", &rest)) {
		assert_true(state < PPP_STATE_COUNT);
		if (!compare_cell(event, state++, cell))
			(*differing)++;
		(*compared)++;
	}
	assert_int_equal(state, first == 0 ? 6 : PPP_STATE_COUNT);
}

static void table_is_that_of_the_rfc(void **state)
{
	(void)state;
	FILE *file = fopen(VECTOR, "r");
	assert_non_null(file);
	char line[256];
	int first = -1;
	unsigned compared = 0, differing = 0;
	while (fgets(line, sizeof(line), file)) {
		char *bar = strchr(line, '|');
		if (!bar)
			continue;
		*bar = '\0';
		char word[16] = "";
		int found = sscanf(line, " %15s", word);
		int column;
		if (found != 1 && sscanf(bar + 1, " %d", &column) == 1)
			first = column;
		int event = index_of(word, event_words, PPP_EVENT_COUNT);
		if (event >= 0)
			compare_row(event, first, bar + 1, &compared, &differing);
	}
	fclose(file);
	assert_int_equal(compared, PPP_EVENT_COUNT * PPP_STATE_COUNT);
	assert_int_equal(differing, 0);
}

/* A state that the timer runs in has both of its events; no other state has. */
static void timer_runs_where_it_can_expire(void **state)
{
	(void)state;
	for (int i = 0; i < PPP_STATE_COUNT; i++) {
		bool timed = ppp_state_timed((enum ppp_state)i);
		assert_int_equal(ppp_automaton[PPP_EVENT_TIMEOUT][i].possible, timed);
		assert_int_equal(ppp_automaton[PPP_EVENT_TIMEOUT_LAST][i].possible, timed);
	}
}

/* This-Layer-Up on the way into Opened, This-Layer-Down on the way out, and nowhere else. */
static void layer_is_up_in_opened_alone(void **state)
{
	(void)state;
	for (int event = 0; event < PPP_EVENT_COUNT; event++) {
		for (int i = 0; i < PPP_STATE_COUNT; i++) {
			const struct ppp_transition *t = &ppp_automaton[event][i];
			if (!t->possible)
				continue;
			bool enters = i != PPP_OPENED && t->next == PPP_OPENED;
			bool leaves = i == PPP_OPENED && t->next != PPP_OPENED;
			assert_int_equal((t->actions & PPP_TLU) != 0, enters);
			assert_int_equal((t->actions & PPP_TLD) != 0, leaves);
		}
	}
}

static void states_have_the_names_of_the_rfc(void **state)
{
	(void)state;
	assert_string_equal(ppp_state_name(PPP_INITIAL), "Initial");
	assert_string_equal(ppp_state_name(PPP_REQUEST_SENT), "Req-Sent");
	assert_string_equal(ppp_state_name(PPP_OPENED), "Opened");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_that_of_the_rfc),
		cmocka_unit_test(timer_runs_where_it_can_expire),
		cmocka_unit_test(layer_is_up_in_opened_alone),
		cmocka_unit_test(states_have_the_names_of_the_rfc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
