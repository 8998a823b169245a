/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded by bench/bridge.py: lets a pppoe believe that it has got the line discipline N_HDLC,
 * which many kernels lack, on a socket pair that does the same for it: a read() is a frame.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int ioctl(int descriptor, unsigned long request, ...)
{
	va_list list;
	va_start(list, request);
	void *argument = va_arg(list, void *);
	va_end(list);
	return request == TIOCSETD ? 0 : (int)syscall(SYS_ioctl, descriptor, request, argument);
}
