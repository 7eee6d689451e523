/*
 * The values of an event that was copied with its message, which is translated, and without them.
 *
 * What a message holds of codes, GUIDs, paths, and lines of comma separated fields is the same in every language, and
 * so can be found in it (events, section 0, E10 and E11). A number or a date cannot: which value it is, only the
 * sentence says.
 */
#ifndef ACTDX_EVENT_MESSAGE_H
#define ACTDX_EVENT_MESSAGE_H

#include "event.h"

#define EVENT_LABEL_BYTES 48 /* no label is longer */

/* "Label:   value"; Chinese has a full-width colon. The value may be empty; false where there is no label. */
bool event_labelled(struct str text, struct str *label, struct str *value);

/* Gives `event`, which has no values, those that are found in its message. */
void event_values_from_message(struct arena *arena, struct event *event);

#endif
