/*
 * Opening a zip file for libarchive by a path in UTF-8, on every platform; libarchive itself takes paths in the code page
 * of the C library, which on Windows is rarely that.
 */
#ifndef ACTDX_ZIP_OPEN_H
#define ACTDX_ZIP_OPEN_H

#include <archive.h>

/* As archive_read_open_filename: ARCHIVE_OK, or ARCHIVE_FATAL with the archive's error set. */
int zip_open_file(struct archive *archive, const char *path);

#endif
