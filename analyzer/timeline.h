/*
 * What happened when, and how far back each event log reaches.
 *
 * Made of the events that were read; an event that comes again with the same result is told once, with how often and
 * until when. Times are those of the machine's clock, which may itself be what is wrong.
 */
#ifndef ACTDX_TIMELINE_H
#define ACTDX_TIMELINE_H

#include "diagnose.h"

/* Fills `moments` and `spans` of the diagnosis. */
void add_timeline(struct investigation *in);

#endif
