#include "editions.h"

/* Last five characters of published setup keys. */
static const char *const setup_keys[] = {
	/* Windows 10 and 11: Professional, N, for Workstations, N, Education, N; Education, N; Enterprise, N, G, GN */
	"T83GX",
	"GCQG9",
	"6Q84J",
	"6XYWF",
	"J447Y",
	"66QFC",
	"VCFB2",
	"MDWWJ",
	"2YT43",
	"KHJW4",
	"4M68B",
	"T84FV",
	/* Enterprise LTSC 2019 to 2024, N; LTSB 2016, N; 2015, N; IoT Enterprise LTSC */
	"J462D",
	"7CG2H",
	"QJ4BJ",
	"8B639",
	"76DF9",
	"D69TJ",
	"PDQGT",
	/* Windows Server 2025, 2022, 2019, 2016: Standard, Datacenter, Azure Edition or Essentials */
	"MY832",
	"YP6DF",
	"8MCRC",
	"VMK7H",
	"6VM33",
	"KHMXV",
	"J464C",
	"63DFG",
	"YY726",
	"KHKQY",
	"8XDDG",
	"4M63B",
	/* Server 2012 R2 and 2012; Windows 8.1 and 8 */
	"MDVJX",
	"Q3VJ9",
	"M4FWM",
	"92BT4",
	"8W83P",
	"9D6T9",
	"MKKG7",
	"J8CK4",
	"CWCK7",
	/* Windows 7: Professional, Enterprise; Server 2008 R2: Standard, Enterprise, Datacenter */
	"GPDD4",
	"HVTHH",
	"R7VHC",
	"CPX3Y",
	"7M648",
};

/* What setup installs when nobody enters a key: it never activates by itself. Confirmed: Professional. */
static const char *const generic_keys[] = {"3V66T"};

static bool among(struct str key, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_nocase(key, str_of(list[i])))
			return true;
	return false;
}

const char *key_word(struct str partial_key)
{
	if (among(partial_key, setup_keys, sizeof setup_keys / sizeof *setup_keys))
		return "kms-client-setup";
	if (among(partial_key, generic_keys, sizeof generic_keys / sizeof *generic_keys))
		return "generic-retail";
	return "other";
}

bool edition_of_product(struct str product, struct str *edition)
{
	size_t comma = str_find_char(product, ','), end = str_find(product, STR(" edition"));
	if (!str_starts(product, STR("Windows")) || comma == STR_NONE || end == STR_NONE ||
		end < comma)
		return false;
	*edition = str_trim(str_slice(product, comma + 1, end));
	return edition->size > 0 && str_find_char(*edition, ' ') == STR_NONE;
}

bool edition_of_os_name(struct str os_name, struct str *edition)
{
	/* Longer endings first. */
	static const struct {
		struct str ends, edition;
	} names[] = {
		{STR_INIT("Standard Evaluation"), STR_INIT("ServerStandardEval")},
		{STR_INIT("Datacenter Evaluation"), STR_INIT("ServerDatacenterEval")},
		{STR_INIT("Enterprise Evaluation"), STR_INIT("EnterpriseEval")},
		{STR_INIT("Enterprise LTSC"), STR_INIT("EnterpriseS")},
		{STR_INIT("Enterprise 2016 LTSB"), STR_INIT("EnterpriseS")},
		{STR_INIT("Enterprise 2015 LTSB"), STR_INIT("EnterpriseS")},
		{STR_INIT("Pro for Workstations"), STR_INIT("ProfessionalWorkstation")},
		{STR_INIT("Pro Education"), STR_INIT("ProfessionalEducation")},
		{STR_INIT("Education"), STR_INIT("Education")},
		{STR_INIT("Enterprise"), STR_INIT("Enterprise")},
		{STR_INIT("Professional"), STR_INIT("Professional")},
		{STR_INIT("Pro"), STR_INIT("Professional")},
		{STR_INIT("Home"), STR_INIT("Core")},
		{STR_INIT("Standard"), STR_INIT("ServerStandard")},
		{STR_INIT("Datacenter"), STR_INIT("ServerDatacenter")},
	};
	os_name = str_trim(os_name);
	/* IoT editions end like others; servers without a year are of another channel. */
	if (str_has(os_name, STR(" IoT ")) ||
		(str_has(os_name, STR("Server")) && !str_has(os_name, STR(" 20"))))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str before = str_slice(os_name, 0, os_name.size - names[i].ends.size);
		if (!str_ends(os_name, names[i].ends) || !str_ends(before, STR(" ")))
			continue;
		bool server = str_starts(names[i].edition, STR("Server"));
		if (server != str_has(os_name, STR("Server")))
			continue;
		*edition = names[i].edition;
		return true;
	}
	return false;
}
