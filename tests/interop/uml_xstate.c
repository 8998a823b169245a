/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A preloaded ptrace() that lets User-Mode Linux run on hosts with AVX-512 or AMX.
 *
 * Debian 12's linux.uml keeps only the first 832 bytes of a guest process's extended registers
 * (x87, SSE, AVX), and hands just these to PTRACE_SETREGSET.  A host whose register area is larger
 * refuses the short buffer, and the guest panics at its first process.  Here the short buffer is
 * laid over the process's present area, and the whole is written.
 *
 * What lies beyond the 832 bytes (AVX-512 and AMX state) then isn't switched between threads, so
 * the rig tells the guests' libc not to use it.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif

enum { XSTATE_SIZE_MAX = 65536 };

typedef long ptrace_function(enum __ptrace_request request, pid_t pid, void *address, void *data);

long ptrace(enum __ptrace_request request, ...);

static long set_xstate(ptrace_function *next, pid_t pid, void *address, const struct iovec *given)
{
	/* Not on the stack: the guest kernel's are 16 KiB.  It has one CPU and doesn't preempt. */
	static unsigned char area[XSTATE_SIZE_MAX];
	struct iovec whole = { .iov_base = area, .iov_len = sizeof(area) };

	if (next(PTRACE_GETREGSET, pid, address, &whole) < 0)
		return -1;
	memcpy(area, given->iov_base,
	       given->iov_len < whole.iov_len ? given->iov_len : whole.iov_len);
	return next(PTRACE_SETREGSET, pid, address, &whole);
}

long ptrace(enum __ptrace_request request, ...)
{
	static ptrace_function *next;
	void *symbol;
	va_list arguments;
	pid_t pid;
	void *address;
	void *data;

	va_start(arguments, request);
	pid = va_arg(arguments, pid_t);
	address = va_arg(arguments, void *);
	data = va_arg(arguments, void *);
	va_end(arguments);

	if (!next) {
		symbol = dlsym(RTLD_NEXT, "ptrace");
		memcpy(&next, &symbol, sizeof(next));
	}
	if (request == PTRACE_SETREGSET && (unsigned long)address == NT_X86_XSTATE)
		return set_xstate(next, pid, address, data);
	return next(request, pid, address, data);
}
