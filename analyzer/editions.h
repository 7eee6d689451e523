/*
 * Editions of Windows and the keys that are known to everybody.
 *
 * Microsoft publishes the KMS client setup keys ("KMS client activation and product keys", Windows Server
 * documentation); their last five characters, which slmgr prints, tell a setup key from any other.
 */
#ifndef ACTDX_EDITIONS_H
#define ACTDX_EDITIONS_H

#include "base/str.h"

/* "Windows(R), Professional edition" is for "Professional". The name is never translated. */
bool edition_of_product(struct str product, struct str *edition);

/* "Microsoft Windows 10 Pro" is the edition "Professional"; false for what is not known for sure. */
bool edition_of_os_name(struct str os_name, struct str *edition);

/* "kms-client-setup", "generic-retail" or "other", by the last five characters. */
const char *key_word(struct str partial_key);

#endif
