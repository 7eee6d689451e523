/*
 * The first line of a request (docs/bundle-format.md), which one program writes and the other reads.
 */
#ifndef ACTDX_REQUEST_FORMAT_H
#define ACTDX_REQUEST_FORMAT_H

#define REQUEST_TITLE "actdx-request 1"

#endif
