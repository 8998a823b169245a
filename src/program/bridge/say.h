/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the bridge says, in the words that scripts and people know from rp-pppoe: to syslog (daemon,
 * "pppoe[PID]"), and errors to standard error too.
 */
#pragma once

/* Connects to syslog now: once the root directory is an empty one it could not. */
void say_open(void);

/* To syslog alone; priority as syslog(3) has it. */
__attribute__((format(printf, 2, 3))) void say_log(int priority, const char *format, ...);

/* "pppoe: ..." to standard error, and to syslog. */
__attribute__((format(printf, 1, 2))) void say_error(const char *format, ...);

/* The same without "pppoe: ": what a peer complained of. */
__attribute__((format(printf, 1, 2))) void say_peer_error(const char *format, ...);
