/* SPDX-License-Identifier: BSD-2-Clause */
/* Dialling on demand, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/demand.h"

#define SECOND ((mono_us)1000000)

struct bench {
	struct demand demand;
	mono_us now;
};

static struct bench listening(void)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { 5 };
	const struct redial_config config = redial_config_default();
	struct bench b = { .now = 1000 * SECOND };
	demand_init(&b.demand, &config, seed);
	demand_wire(&b.demand, true);
	return b;
}

static void run(struct bench *b, mono_us duration)
{
	mono_us end = b->now + duration;
	while (demand_deadline(&b->demand) <= end) {
		b->now = demand_deadline(&b->demand);
		demand_tick(&b->demand, b->now);
		assert_true(demand_deadline(&b->demand) > b->now);
	}
	b->now = end;
}

/* An eighth of jitter either way. */
static void assert_pause(const struct bench *b, mono_us wanted)
{
	assert_int_equal(b->demand.state, DEMAND_PAUSED);
	assert_false(demand_listens(&b->demand));
	assert_in_range(demand_deadline(&b->demand) - b->now, wanted - wanted / 8,
			wanted + wanted / 8);
}

static void session(struct bench *b, mono_us duration)
{
	assert_true(demand_listens(&b->demand));
	demand_dialled(&b->demand);
	assert_false(demand_listens(&b->demand));
	demand_up(&b->demand, b->now);
	run(b, duration);
	demand_up(&b->demand, b->now); /* IPv6 after IPv4 */
}

static void listens_with_a_wire_alone(void **state)
{
	(void)state;
	struct bench b = listening();
	assert_true(demand_listens(&b.demand));
	assert_true(demand_deadline(&b.demand) ==
		    MONO_NEVER); /* no wake-up while nothing happens */
	demand_wire(&b.demand, false);
	assert_false(demand_listens(&b.demand));
	assert_true(demand_deadline(&b.demand) == MONO_NEVER);
	demand_wire(&b.demand, true);
	assert_true(demand_listens(&b.demand));
}

static void listens_again_at_once_when_idle(void **state)
{
	(void)state;
	struct bench b = listening();
	for (unsigned i = 0; i < 100; i++) {
		session(&b, SECOND);
		demand_rested(&b.demand, b.now);
	}
	assert_true(demand_listens(&b.demand));
	assert_true(demand_deadline(&b.demand) == MONO_NEVER);
}

static void first_loss_listens_at_once_others_pause(void **state)
{
	(void)state;
	struct bench b = listening();
	session(&b, 5 * SECOND);
	demand_failed(&b.demand, REDIAL_LOST, b.now);
	session(&b, 5 * SECOND);
	demand_failed(&b.demand, REDIAL_LOST, b.now);
	assert_pause(&b, SECOND);
	run(&b, 2 * SECOND);
	session(&b, 60 * SECOND); /* stable: what was before is forgotten */
	demand_failed(&b.demand, REDIAL_LOST, b.now);
	assert_true(demand_listens(&b.demand));
}

static void failures_pause_and_then_listen(void **state)
{
	(void)state;
	struct bench b = listening();
	const mono_us waits[] = { 1, 2, 4, 8, 16, 30, 30 };
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_true(demand_listens(&b.demand));
		demand_dialled(&b.demand);
		demand_failed(&b.demand, REDIAL_FAILED, b.now);
		assert_pause(&b, waits[i] * SECOND);
		run(&b, 100 * SECOND);
	}
	/* Nothing dials by itself, however long it takes. */
	run(&b, 100000 * SECOND);
	assert_true(demand_listens(&b.demand));
}

static void wire_that_is_back_ends_a_pause(void **state)
{
	(void)state;
	struct bench b = listening();
	for (unsigned i = 0; i < 5; i++) {
		demand_dialled(&b.demand);
		demand_failed(&b.demand, REDIAL_FAILED, b.now);
	}
	demand_wire(&b.demand, true); /* it was there all the time */
	assert_int_equal(b.demand.state, DEMAND_PAUSED);
	demand_wire(&b.demand, false);
	demand_wire(&b.demand, true);
	assert_true(demand_listens(&b.demand));
	assert_true(demand_deadline(&b.demand) == MONO_NEVER);
}

static void rejection_is_waited_out(void **state)
{
	(void)state;
	struct bench b = listening();
	demand_dialled(&b.demand);
	demand_failed(&b.demand, REDIAL_REJECTED, b.now);
	assert_pause(&b, 30 * SECOND);
	demand_wire(&b.demand, false);
	demand_wire(&b.demand, true);
	assert_int_equal(b.demand.state, DEMAND_PAUSED);
	run(&b, 40 * SECOND);
	demand_dialled(&b.demand);
	demand_failed(&b.demand, REDIAL_REJECTED, b.now);
	assert_pause(&b, 60 * SECOND);
}

static void wire_is_lost_while_dialling(void **state)
{
	(void)state;
	struct bench b = listening();
	demand_dialled(&b.demand);
	demand_wire(&b.demand, false);
	demand_failed(&b.demand, REDIAL_FAILED, b.now);
	run(&b, 100 * SECOND);
	assert_int_equal(b.demand.state, DEMAND_LISTENING);
	assert_false(demand_listens(&b.demand));
	demand_wire(&b.demand, true);
	assert_true(demand_listens(&b.demand));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listens_with_a_wire_alone),
		cmocka_unit_test(listens_again_at_once_when_idle),
		cmocka_unit_test(first_loss_listens_at_once_others_pause),
		cmocka_unit_test(failures_pause_and_then_listen),
		cmocka_unit_test(wire_that_is_back_ends_a_pause),
		cmocka_unit_test(rejection_is_waited_out),
		cmocka_unit_test(wire_is_lost_while_dialling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
