#include "place.h"

#include "base/escape.h"
#include "item_finder.h"
#include "record.h"
#include "unit.h"

#include "analyzer/manifest.h"

#include <string.h>

static const char *id_of(const struct item *item)
{
	return item ? item->id : "-";
}

static const struct {
	const char *name, *id;
} by_name[] = {
	{"network/ipconfig.txt", "ipconfig"},
	{"IPCONFIG.TXT", "ipconfig"},
	{"ipconfig all.log", "ipconfig"},
	{"01_ipconfig.txt", "ipconfig"},
	{"slmgr dlv.txt", "slmgr-dlv"},
	{"slmgr-dlv-2.txt", "slmgr-dlv"},
	{"slmgr_dlv_all.txt", "slmgr-dlv-all"},
	{"sc qc sppsvc.txt", "sc-qc-sppsvc"},
	{"sc queryex sppsvc.txt", "sc-sppsvc"},
	{"hosts", "hosts"},
	{"0411/slmgr.ini", "slmgr-ini"},
	{"Application.evtx", "events-application"},
	{"Key Management Service.evtx", "events-kms"},
	{"Microsoft-Windows-AppLocker%4MSI and Script.evtx", "events-applocker-script"},
	{"gpresult.html", "gpresult"},
	{"kms-hosts.txt", "-"},
	{"slmgr.txt", "-"},
	{"notes.txt", "-"},
	{"", "-"},
	{"...", "-"},
};

START_TEST(names_tell_items)
{
	ck_assert_str_eq(id_of(place_by_name(str_of(by_name[_i].name))), by_name[_i].id);
}
END_TEST

static const struct {
	const char *command, *id;
} by_command[] = {
	{"ipconfig /all", "ipconfig"},
	{"ipconfig -all", "ipconfig"},
	{"ipconfig", "-"},
	{"cscript //nologo c:\\windows\\system32\\slmgr.vbs /DLV", "slmgr-dlv"},
	{"slmgr /dlv all", "slmgr-dlv-all"},
	{"slmgr -dli", "slmgr-dli"},
	{"slmgr /ato", "slmgr-ato"},
	{"slmgr", "-"},
	{"nslookup -q=srv _vlmcs._tcp.contoso.com", "dns-srv"},
	{"nslookup -type=all _vlmcs._tcp.contoso.com", "dns-host"},
	{"w32tm /query /status", "w32tm-status"},
	{"w32tm /query /status /verbose", "w32tm-status"},
	{"w32tm /stripchart /computer:dc1 /samples:3 /dataonly", "w32tm-stripchart"},
	{"sc query sppsvc", "sc-sppsvc"},
	{"sc qc sppsvc", "sc-qc-sppsvc"},
	{"type C:\\Windows\\System32\\drivers\\etc\\hosts", "hosts"},
	{"reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\"",
		"reg-current-version"},
	{"reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time", "-"},
	{"powershell Get-MpComputerStatus", "defender-status"},
	{"", "-"},
	{"\"", "-"},
	{"-", "-"},
};

START_TEST(commands_tell_items)
{
	struct item_finder finder = item_finder_new(unit_memory);
	ck_assert_str_eq(
		id_of(item_of_command(&finder, str_of(by_command[_i].command))), by_command[_i].id);
}
END_TEST

static const struct {
	const char *name, *text, *id;
	size_t inside;
} by_content[] = {
	/* a prompt says what was typed */
	{"a.txt", "C:\\>w32tm /query /source\r\ntime.contoso.com\r\n", "w32tm-source", 0},
	{"a.txt", "C:\\>ipconfig /all\r\nx\r\nC:\\>w32tm /query /source\r\ny\r\n", "-", 2},
	{"hosts.txt", "C:\\>ipconfig /all\r\nx\r\n", "hosts", 0}, /* the item's own name decides */
	{"a.txt", "nothing that is known\r\n", "-", 0},
	{"a.txt", "", "-", 0},
	{"a.txt",
		"---Processing--------------------------\r\nPRODUCT ID: 00339-10000-00000-AA310\r\n"
		"SKU ID: d450596f-894d-49e0-966a-fd39ed4c4c64\r\n",
		"ospp-dstatus", 0},
	{"slmgr dlv.txt", "\xFF\xFE", "slmgr-dlv", 0},
};

START_TEST(content_tells_items)
{
	struct bytes bytes = {(const uint8_t *)by_content[_i].text, strlen(by_content[_i].text)};
	struct place place = place_file(unit_memory, by_content[_i].name, bytes);
	ck_assert_str_eq(id_of(place.item), by_content[_i].id);
	ck_assert_uint_eq(place.inside_count, by_content[_i].inside);
}
END_TEST

static const struct {
	const char *text;
	unsigned code_page;
} code_pages[] = {
	{"Active code page: 437\r\n", 437},
	{"\x8C\xBB\x8D\xDD\x82\xCC\x83R\x81[\x83h \x83y\x81[\x83W: 932\r\n", 932},
	{"Aktive Codepage: 850.\r\n", 850},
	{"65001", 65001},
	{"12345", 0},
	{"99999999999999999999", 0},
	{"-1", 0},
	{"", 0},
};

START_TEST(code_page_is_read)
{
	struct bytes bytes = {(const uint8_t *)code_pages[_i].text, strlen(code_pages[_i].text)};
	struct place place = place_file(unit_memory, "code-page.txt", bytes);
	ck_assert_str_eq(id_of(place.item), "code-page");
	ck_assert_uint_eq(place.code_page, code_pages[_i].code_page);
}
END_TEST

static const struct {
	const char *given, *member;
} loose[] = {
	{"notes.txt", "loose/notes.txt"},
	{"a b/c:d.txt", "loose/a_b/c_d.txt"},
	{"メモ.txt", "loose/_.txt"},
	{"\xFF\xFE.log", "loose/_.log"},
	{"con.txt", "loose/_con.txt"},
	{"COM1", "loose/_COM1"},
	{"computer.txt", "loose/computer.txt"},
	{"../../x", "loose/_/_/x"},
	{".profile", "loose/_profile"},
	{"run.REG", "loose/run.REG.txt"},
	{"a.tar.lnk", "loose/a.tar.lnk.txt"},
	{"trailing.", "loose/trailing"},
	{"x\ny", "loose/x_y"},
	{"a\\b", "loose/a_b"},
};

START_TEST(loose_names_are_harmless)
{
	struct names names = {0};
	ck_assert_str_eq(
		place_member(unit_memory, &names, NULL, loose[_i].given), loose[_i].member);
}
END_TEST

START_TEST(names_are_unique_without_case)
{
	struct names names = {0};
	const struct item *item = item_for_id(STR("ipconfig"));
	ck_assert_str_eq(place_member(unit_memory, &names, item, "a.log"), "network/ipconfig.txt");
	ck_assert_str_eq(place_member(unit_memory, &names, item, "b"), "network/ipconfig-2.txt");
	ck_assert_str_eq(
		place_member(unit_memory, &names, item, "c.html"), "network/ipconfig.html");
	ck_assert_str_eq(place_member(unit_memory, &names, NULL, "A.txt"), "loose/A.txt");
	ck_assert_str_eq(place_member(unit_memory, &names, NULL, "a.TXT"), "loose/a-2.TXT");
	for (int i = 0; i < 2000; i++) {
		const char *before = place_member(unit_memory, &names, NULL, "same");
		ck_assert(str_starts(str_of(before), STR("loose/same")));
	}
	ck_assert_uint_eq(names.count, 2005);
}
END_TEST

START_TEST(long_names_stay_short)
{
	char given[4000];
	struct names names = {0};
	memset(given, 'x', sizeof given - 1);
	for (size_t i = 100; i < sizeof given; i += 101)
		given[i] = '/';
	given[sizeof given - 1] = '\0';
	ck_assert_uint_lt(strlen(place_member(unit_memory, &names, NULL, given)), 512);
}
END_TEST

static struct record sample(void)
{
	struct record record = {.arena = unit_memory,
		.mode = "from",
		.started = 1764000000,
		.ended = 1764000060,
		.elevated = "unknown",
		.partial = true,
		.oem_code_page = 932};
	record_add_row(&record, item_for_id(STR("slmgr-dlv")), ROW_OK, NULL);
	record_add_member(&record,
		(struct record_member){.name = "licensing/slmgr-dlv.txt",
			.given = "<\"a\" & b>\xFF\x1B[2J",
			.size = 12345,
			.modified = 1764000000,
			.hash = hash_of((struct bytes){(const uint8_t *)"x", 1})});
	for (int status = ROW_FAILED; status < ROW_STATUS_COUNT; status++)
		record_add_row(&record, item_for_id(STR("hosts")), (enum row_status)status,
			"a reason with \"quotes\"");
	record_add_row(&record, NULL, ROW_OK, NULL);
	record_add_member(&record, (struct record_member){.name = "loose/a"});
	record_add_member(&record, (struct record_member){.name = "loose/b"});
	return record;
}

START_TEST(manifest_survives_the_reader)
{
	struct record record = sample();
	struct out out = out_new(1 << 20);
	record_manifest(&out, &record);
	struct manifest read = manifest_read(unit_memory, arena_copy(unit_memory, out_view(&out)));
	out_free(&out);
	ck_assert_ptr_null(read.problem);
	ck_assert(str_equal(read.mode, STR("from")));
	ck_assert(str_equal(read.collector_version, STR(ACTDX_VERSION)));
	ck_assert(str_equal(read.started, STR("2025-11-24T16:00:00Z")));
	ck_assert(str_equal(read.ended, STR("2025-11-24T16:01:00Z")));
	ck_assert(str_equal(read.elevated, STR("unknown")));
	ck_assert(read.partial);
	ck_assert_uint_eq(read.oem_code_page, 932);
	ck_assert_uint_eq(read.item_count, record.row_count);
	for (size_t i = 0; i < read.item_count; i++) {
		ck_assert_int_eq((int)read.items[i].status, (int)record.rows[i].status);
		ck_assert(str_equal(read.items[i].reason,
			str_of(record.rows[i].reason ? record.rows[i].reason : "")));
	}
	ck_assert(str_equal(read.items[0].id, STR("slmgr-dlv")));
	ck_assert(str_has(read.items[0].command, STR("slmgr.vbs /dlv")));
	ck_assert(str_equal(read.items[read.item_count - 1].id, STR(ROW_LOOSE)));
	ck_assert_uint_eq(read.member_count, 3);
	const struct manifest_member *member = manifest_find(&read, STR("licensing/slmgr-dlv.txt"));
	ck_assert_ptr_nonnull(member);
	ck_assert_uint_eq(member->size, 12345);
	ck_assert(str_equal(member->sha256, str_of(record.members[0].hash.hex)));
	ck_assert_uint_eq(member->item, 0);
	ck_assert_uint_eq(read.members[2].item, read.item_count - 1);
}
END_TEST

START_TEST(summary_shows_no_control_characters)
{
	struct record record = sample();
	struct out out = out_new(1 << 20);
	record_summary(&out, &record, true);
	struct str text = out_view(&out);
	ck_assert(!out.overflowed);
	ck_assert(!str_has(text, STR("\x1B")));
	ck_assert(str_has(text, STR("a reason with")));
	size_t japanese = str_find(text, STR("調査資料")),
	       english = str_find(text, STR("Evidence"));
	ck_assert(japanese != STR_NONE && english != STR_NONE && japanese < english);
	out_free(&out);
}
END_TEST

UNIT_MAIN("collect_place", {names_tell_items, COUNT(by_name)},
	{commands_tell_items, COUNT(by_command)}, {content_tells_items, COUNT(by_content)},
	{code_page_is_read, COUNT(code_pages)}, {loose_names_are_harmless, COUNT(loose)},
	{names_are_unique_without_case, 0}, {long_names_stay_short, 0},
	{manifest_survives_the_reader, 0}, {summary_shows_no_control_characters, 0})
