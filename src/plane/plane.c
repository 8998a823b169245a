/* SPDX-License-Identifier: BSD-2-Clause */
#include "plane/plane.h"

#include <errno.h>

const char *plane_drop_name(enum plane_drop reason)
{
	switch (reason) {
	case PLANE_DROP_FRAME:
		return "frame";
	case PLANE_DROP_SESSION:
		return "session";
	case PLANE_DROP_PROTOCOL:
		return "protocol";
	case PLANE_DROP_TOO_LONG:
		return "too-long";
	case PLANE_DROP_WIRE:
		return "wire";
	case PLANE_DROP_DEVICE:
		return "device";
	case PLANE_DROP_COUNT:
		break;
	}
	return "unknown";
}

bool plane_is_gone(int error)
{
	return error == ENXIO || error == ENODEV || error == EBADFD || error == EBADF;
}
