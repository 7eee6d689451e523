/*
 * Points in time, as Windows counts them: 100 ns since 1601-01-01 UTC.
 *
 * Canonical text is ISO 8601 with as many decimals as are not zero: "2026-11-25T09:15:00Z",
 * "2026-11-25T09:15:00.1234567Z".
 */
#ifndef ACTDX_BASE_INSTANT_H
#define ACTDX_BASE_INSTANT_H

#include "base/arena.h"
#include "base/scan.h"

#define INSTANT_SECOND ((uint64_t)10000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)

/* Year first, whatever stands between: "2026-11-25T09:15:00.1234567Z", "2010/9/29 21:46", "2026-11-25 09:15:00",
 * "2026-11-25". Without an offset ("+09:00") it is taken for UTC. The whole text must be one; 1601 to 9999. */
NODISCARD bool scan_instant(struct str text, uint64_t *instant);

/* Canonical, written to `text`. */
#define INSTANT_TEXT_BYTES 40
struct str instant_print(char text[static INSTANT_TEXT_BYTES], uint64_t instant);

/* The same in the arena. */
struct str instant_text(struct arena *arena, uint64_t instant);

/* Year, month and so on, for formats that want them their own way. */
struct instant_parts {
	unsigned year, month, day, hour, minute, second, fraction; /* fraction: 100 ns */
};
struct instant_parts instant_parts(uint64_t instant);

#endif
