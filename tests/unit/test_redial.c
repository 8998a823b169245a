/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "link/redial.h"

struct bench {
	struct redial redial;
	struct redial_config config;
	struct random random;
};

static struct bench bench_of(uint8_t first)
{
	const uint8_t seed[RANDOM_SEED_LENGTH] = { first };
	struct bench b = { .config = redial_config_default() };
	random_init(&b.random, seed);
	return b;
}

static uint32_t wait_after(struct bench *b, enum redial_cause cause, uint64_t up_ms)
{
	redial_was_up(&b->redial, &b->config, up_ms);
	return redial_wait(&b->redial, &b->config, cause, &b->random);
}

/* An eighth of jitter either way. */
static void assert_about(uint32_t wait_ms, uint32_t wanted_ms)
{
	assert_in_range(wait_ms, wanted_ms - wanted_ms / 8, wanted_ms + wanted_ms / 8);
}

static void failures_double_to_the_ceiling(void **state)
{
	(void)state;
	const uint32_t waits[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
	struct bench b = bench_of(1);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		assert_about(wait_after(&b, REDIAL_FAILED, 0), waits[i]);
	for (unsigned i = 0; i < 100000; i++)
		assert_about(wait_after(&b, REDIAL_FAILED, 0), 30000);
}

static void the_first_loss_is_redialled_at_once(void **state)
{
	(void)state;
	struct bench b = bench_of(2);
	assert_int_equal(wait_after(&b, REDIAL_LOST, 5000), 0);
	assert_about(wait_after(&b, REDIAL_LOST, 5000), 1000);
	assert_about(wait_after(&b, REDIAL_LOST, 5000), 2000);
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 4000);
}

static void no_redial_at_once_after_failures(void **state)
{
	(void)state;
	struct bench b = bench_of(3);
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 1000);
	assert_about(wait_after(&b, REDIAL_LOST, 100), 2000);
}

static void a_stable_line_forgets(void **state)
{
	(void)state;
	struct bench b = bench_of(4);
	for (unsigned i = 0; i < 10; i++)
		wait_after(&b, REDIAL_FAILED, 0);
	assert_about(wait_after(&b, REDIAL_LOST, 29999), 30000);
	assert_int_equal(wait_after(&b, REDIAL_LOST, 30000), 0);
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 1000);
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 2000);
}

static void rejections_wait_longer(void **state)
{
	(void)state;
	const uint32_t waits[] = { 30000, 60000, 120000, 240000, 480000, 900000, 900000 };
	struct bench b = bench_of(5);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		assert_about(wait_after(&b, REDIAL_REJECTED, 0), waits[i]);
	/* Failures of another kind count for themselves. */
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 1000);
	assert_about(wait_after(&b, REDIAL_REJECTED, 0), 900000);
	/* A password that was accepted is right, however short the line was up. */
	wait_after(&b, REDIAL_LOST, 1);
	assert_about(wait_after(&b, REDIAL_REJECTED, 0), 30000);
}

static void hosts_do_not_march_in_step(void **state)
{
	(void)state;
	unsigned equal = 0;
	struct bench first = bench_of(0);
	uint32_t wait_ms = wait_after(&first, REDIAL_FAILED, 0);
	for (uint8_t seed = 1; seed < 100; seed++) {
		struct bench b = bench_of(seed);
		equal += wait_after(&b, REDIAL_FAILED, 0) == wait_ms;
	}
	assert_in_range(equal, 0, 10);
}

static void odd_configurations(void **state)
{
	(void)state;
	struct bench b = bench_of(6);
	b.config.min_ms = 0;
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(wait_after(&b, REDIAL_FAILED, 0), 0);
	b = bench_of(6);
	b.config.min_ms = 5000;
	b.config.max_ms = 1000;
	assert_about(wait_after(&b, REDIAL_FAILED, 0), 1000);
	b = bench_of(6);
	b.config.max_ms = UINT32_MAX / 2;
	for (unsigned i = 0; i < 100; i++)
		wait_after(&b, REDIAL_FAILED, 0);
	assert_about(wait_after(&b, REDIAL_FAILED, 0), UINT32_MAX / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_double_to_the_ceiling),
		cmocka_unit_test(the_first_loss_is_redialled_at_once),
		cmocka_unit_test(no_redial_at_once_after_failures),
		cmocka_unit_test(a_stable_line_forgets),
		cmocka_unit_test(rejections_wait_longer),
		cmocka_unit_test(hosts_do_not_march_in_step),
		cmocka_unit_test(odd_configurations),
	};
	return cmocka_run_group_tests_name("redial", tests, NULL, NULL);
}
