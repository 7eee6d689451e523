/* Numbers, codes, GUIDs, addresses and names out of text. */
#include "base/scan.h"

#include "unit.h"

#define NONE INT64_MIN

static const struct {
	const char *text;
	int64_t number, first, thousandths;
} numbers[] = {
	{"0", 0, 0, 0}, {" -12 ", -12, 12, -12000}, {"+7", 7, 7, 7000},
	{"9223372036854775807", INT64_MAX, INT64_MAX, NONE},
	{"9223372036854775808", NONE, NONE, NONE}, {"99999999999999999999999", NONE, NONE, NONE},
	{"", NONE, NONE, NONE}, {"-", NONE, NONE, NONE}, {"12 days", NONE, 12, NONE},
	{"in 12 days", NONE, 12, NONE}, {"1,5", NONE, 1, 1500}, {"+00.0206779", NONE, 0, 20},
	{"-0.5", NONE, 0, -500}, {"1.2345", NONE, 1, 1234}, {"0.5s", NONE, 0, NONE},
	{"1.2.3", NONE, 1, NONE}, {".5", NONE, 5, NONE},
	{"\xEF\xBC\x91", NONE, NONE, NONE}, /* full-width digit */
};

START_TEST(reads_numbers)
{
	struct str text = str_of(numbers[_i].text);
	int64_t value = NONE;
	bool good = scan_number(text, &value);
	ck_assert_int_eq(good, numbers[_i].number != NONE);
	ck_assert_int_eq(value, numbers[_i].number);
	value = NONE;
	good = scan_first_number(text, &value);
	ck_assert_int_eq(value, numbers[_i].first);
	ck_assert_int_eq(good, numbers[_i].first != NONE);
	value = NONE;
	good = scan_thousandths(text, &value);
	ck_assert_int_eq(value, numbers[_i].thousandths);
	ck_assert_int_eq(good, numbers[_i].thousandths != NONE);
}
END_TEST

static const struct {
	const char *text;
	bool good;
	uint32_t code;
} codes[] = {
	{"0xC004F074", true, 0xC004F074},
	{"0Xc004f074", true, 0xC004F074},
	{"0xFFFFFFFFC004F074", true, 0xC004F074},
	{"-1073418124", true, 0xC004F074},
	{"3221549172", true, 0xC004F074},
	{"0x5", true, 5},
	{"0x100000000", false, 0},
	{"0xFFFFFFFE80000000", false, 0},
	{"4294967296", false, 0},
	{"-2147483649", false, 0},
	{"0x", false, 0},
	{"0x123456789ABCDEF01", false, 0},
	{"C004F074", false, 0},
	{"0xC004F07G", false, 0},
};

START_TEST(reads_codes)
{
	uint32_t code = 0;
	ck_assert_int_eq(scan_code(str_of(codes[_i].text), &code), codes[_i].good);
	ck_assert_uint_eq(code, codes[_i].code);
}
END_TEST

START_TEST(finds_codes_and_guids)
{
	uint32_t code = 0;
	size_t at = 0;
	struct str guid;
	ck_assert(scan_first_code(STR("0x12 (0x8007007B): 0xC004F074"), &code, &at));
	ck_assert_uint_eq(code, 0x8007007B);
	ck_assert_uint_eq(at, 6);
	ck_assert(scan_first_code(STR("x0xC004F074"), &code, NULL));
	ck_assert(!scan_first_code(STR("0xC004F0745"), &code, NULL));
	ck_assert(!scan_first_code(STR("0xC004F07"), &code, NULL));
	ck_assert(scan_first_guid(STR("a-b {55c92734-D682-4d71-983e-d6ec3f16059f}"), &guid));
	EXPECT(guid, "55c92734-D682-4d71-983e-d6ec3f16059f");
	ck_assert(!scan_first_guid(STR("55c92734-d682-4d71-983e-d6ec3f16059f0"), &guid));
	ck_assert(!scan_first_guid(STR("55c92734-d682-4d71-983e-d6ec3f16059"), &guid));
	ck_assert(scan_is_guid(STR(" {55c92734-d682-4d71-983e-d6ec3f16059f} ")));
	ck_assert(!scan_is_guid(STR("{55c92734-d682-4d71-983e-d6ec3f16059f")));
}
END_TEST

enum { BAD = -1 };

static const struct {
	const char *text;
	int class;
} addresses[] = {
	{"10.0.3.20", ADDRESS_PRIVATE},
	{"172.31.0.1", ADDRESS_PRIVATE},
	{"172.32.0.1", ADDRESS_PUBLIC},
	{"192.168.1.1", ADDRESS_PRIVATE},
	{"100.64.0.1", ADDRESS_PRIVATE},
	{"100.128.0.1", ADDRESS_PUBLIC},
	{"203.0.113.5", ADDRESS_PUBLIC},
	{"127.0.0.1", ADDRESS_LOOPBACK},
	{"169.254.3.4", ADDRESS_LINK_LOCAL},
	{"0.0.0.0", ADDRESS_UNSPECIFIED},
	{"::1", ADDRESS_LOOPBACK},
	{"::", ADDRESS_UNSPECIFIED},
	{"fe80::1%12", ADDRESS_LINK_LOCAL},
	{"[fd00::20]", ADDRESS_PRIVATE},
	{"2001:db8:0:0:0:0:0:1", ADDRESS_PUBLIC},
	{"2001:db8::", ADDRESS_PUBLIC},
	{"fec0:0:0:ffff::1",
		ADDRESS_PRIVATE}, /* Windows lists it as DNS server where there is none */
	{"::ffff:10.0.0.1", ADDRESS_PRIVATE},
	{"1.2.3", BAD},
	{"1.2.3.4.5", BAD},
	{"1.2.3.256", BAD},
	{"1.2.3.0001", BAD},
	{"1.2.3.4x", BAD},
	{"", BAD},
	{":", BAD},
	{":::", BAD},
	{"1::2::3", BAD},
	{"1:2:3:4:5:6:7", BAD},
	{"1:2:3:4:5:6:7:8:9", BAD},
	{"1:2:3:4:5:6:7:8::", BAD},
	{"12345::", BAD},
	{"1:", BAD},
	{"g::", BAD},
	{"::1.2.3", BAD},
};

START_TEST(reads_addresses)
{
	struct address address = {{0}, false};
	bool good = scan_address(str_of(addresses[_i].text), &address);
	ck_assert_int_eq(good, addresses[_i].class != BAD);
	if (good)
		ck_assert_int_eq((int)address_class(&address), addresses[_i].class);
}
END_TEST

START_TEST(reads_hosts)
{
	struct str host;
	int64_t port = 1688;
	ck_assert(scan_is_host(STR("kms01.contoso.com")));
	ck_assert(scan_is_host(STR("_vlmcs._tcp.contoso.com")));
	ck_assert(!scan_is_host(STR("10.0.0.1")));
	ck_assert(!scan_is_host(STR("-x")));
	ck_assert(!scan_is_host(STR(".x")));
	ck_assert(!scan_is_host(STR("a b")));
	ck_assert(!scan_is_host(STR("kms01&calc")));
	ck_assert(scan_host_port(STR(" kms01:1700 "), &host, &port));
	EXPECT(host, "kms01");
	ck_assert_int_eq(port, 1700);
	port = 1688;
	ck_assert(scan_host_port(STR("kms01"), &host, &port));
	ck_assert_int_eq(port, 1688);
	ck_assert(scan_host_port(STR("10.0.0.1:1"), &host, &port));
	EXPECT(host, "10.0.0.1");
	ck_assert(scan_host_port(STR("[fd00::1]:1688"), &host, &port));
	EXPECT(host, "[fd00::1]");
	ck_assert(!scan_host_port(STR("kms01:65536"), &host, &port));
	ck_assert(!scan_host_port(STR("kms01:-1"), &host, &port));
	ck_assert(!scan_host_port(STR("kms01:"), &host, &port));
	ck_assert(!scan_host_port(STR(":1688"), &host, &port));
}
END_TEST

START_TEST(finds_product_keys)
{
	size_t at = 0;
	ck_assert(scan_first_product_key(STR("/ipk AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"), &at));
	ck_assert_uint_eq(at, 5);
	ck_assert(!scan_first_product_key(STR("AAAAA-BBBBB-CCCCC-DDDDD-EEEE"), &at));
	ck_assert(!scan_first_product_key(STR("AAAAA-BBBB-CCCCC-DDDDD-EEEEEE"), &at));
	ck_assert(scan_first_product_key(STR("x-AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"), &at));
	ck_assert_uint_eq(at, 2);
}
END_TEST

UNIT_MAIN("scan", {reads_numbers, COUNT(numbers)}, {reads_codes, COUNT(codes)},
	{finds_codes_and_guids, 0}, {reads_addresses, COUNT(addresses)}, {reads_hosts, 0},
	{finds_product_keys, 0})
