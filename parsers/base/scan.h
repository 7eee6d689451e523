/*
 * Reading numbers, codes, GUIDs, addresses and names out of text.
 *
 * `scan_X` wants the whole text (blanks around it are allowed) to be an X; `scan_first_X` looks for the
 * first X anywhere in it. All return false, and leave the output alone, when there is none or when it
 * does not fit. Digits are ASCII: no Windows tool we read prints others into redirected output.
 */
#ifndef ACTDX_BASE_SCAN_H
#define ACTDX_BASE_SCAN_H

#include "base/str.h"

#define NODISCARD __attribute__((warn_unused_result))

/* Decimal, with an optional sign. */
NODISCARD bool scan_number(struct str text, int64_t *number);
/* First run of digits; a sign before it is not looked at. */
NODISCARD bool scan_first_number(struct str text, int64_t *number);

/* A decimal fraction in thousandths, rounded toward zero: "+00.0206779" gives 20, "1,5" gives 1500.
 * Point and comma both separate: w32tm prints the user's own. Trailing text ("s") is not allowed. */
NODISCARD bool scan_thousandths(struct str text, int64_t *thousandths);

/* "0x" and 1 to 16 hex digits. */
NODISCARD bool scan_hex(struct str text, uint64_t *value);

/* An error code: hex "0xC004F074", or decimal, signed "-1073418124" or unsigned "3221549172", as .NET and
 * WMI print it (error-codes, section 0). */
NODISCARD bool scan_code(struct str text, uint32_t *code);
/* First "0x" with exactly 8 hex digits; `*at` is where it starts. `at` may be NULL. */
NODISCARD bool scan_first_code(struct str text, uint32_t *code, size_t *at);

/* 8-4-4-4-12 hex digits, braces not included in `*guid`. */
NODISCARD bool scan_first_guid(struct str text, struct str *guid);
NODISCARD bool scan_is_guid(struct str text);

enum address_class {
	ADDRESS_PUBLIC,
	ADDRESS_PRIVATE,    /* RFC 1918, RFC 4193 (fc00::/7), RFC 6598, RFC 3879 (fec0::/10) */
	ADDRESS_LOOPBACK,   /* 127/8, ::1 */
	ADDRESS_LINK_LOCAL, /* 169.254/16, fe80::/10 */
	ADDRESS_UNSPECIFIED /* 0.0.0.0, :: */
};

struct address {
	unsigned char bytes[16]; /* an IPv4 address stands in the first four, the rest is zero */
	bool v6;
};

/* Dotted quad or RFC 4291 text; a zone ("%12") and brackets are dropped. */
NODISCARD bool scan_address(struct str text, struct address *address);
enum address_class address_class(const struct address *address);

/* A DNS or NetBIOS name: letters, digits, '-', '_' and inner dots, at most 255 bytes; not all digits and
 * dots. Non-ASCII names are not accepted: an activation host has none. */
NODISCARD bool scan_is_host(struct str text);

/* "host:port", "address:port", "[v6]:port" or a host alone, which leaves `*port` as it was. */
NODISCARD bool scan_host_port(struct str text, struct str *host, int64_t *port);

/* Five groups of five letters or digits joined by '-': a full product key, which is never printed. */
NODISCARD bool scan_first_product_key(struct str text, size_t *at);
#define PRODUCT_KEY_BYTES 29
#define GUID_BYTES 36

#endif
