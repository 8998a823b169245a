/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine: the process that reads what comes from the wire.  It gives up every privilege before
 * the first byte, runs the link machine and the data plane on descriptors handed to it, and ends
 * politely (Terminate-Request, PADT) when the monitor is gone.
 */
#pragma once

/* monitor: the engine's end of the socket pair.  Returns the exit code of the process. */
int engine_main(int monitor);
