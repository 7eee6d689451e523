/*
 * The platform's converter from a Windows code page: one file per platform behind this header.
 */
#ifndef ACTDX_BASE_CODE_PAGE_H
#define ACTDX_BASE_CODE_PAGE_H

#include "base/bytes.h"
#include "base/out.h"

/* Appends `data`, read in `code_page`, to `utf8`. Each byte that means nothing there becomes U+FFFD and is
 * counted in `*replaced`. False when the platform lacks the code page; then nothing was appended. */
bool code_page_decode(unsigned code_page, struct bytes data, struct out *utf8, size_t *replaced);

#endif
