/*
 * systeminfo: some thirty rows about the machine, in the same order in every language.
 *
 *     Host Name:                     PC01
 *     OS Name:                       Microsoft Windows 11 Enterprise
 *     OS Version:                    10.0.22631 N/A Build 22631
 *     OS Manufacturer:               Microsoft Corporation
 *     OS Configuration:              Member Workstation
 *     ...
 *     Domain:                        contoso.com
 *     Logon Server:                  \\DC01
 *     Hotfix(s):                     2 Hotfix(s) Installed.
 *                                    [01]: KB5031356
 *
 * Labels and many values are translated. Rows that look like themselves in every language are
 * anchors: the version (its third number comes again at the end), the machine's type (x64-based PC),
 * the time zone "(UTC+09:00)", the logon server "\\DC01". Other rows are told by their distance from
 * an anchor, and only when a second anchor confirms that no row is missing in between. Where that
 * fails, as in `systeminfo | findstr Domain`, labels in the product's languages are the last resort.
 *
 * /fo csv prints the same rows as two lines of quoted cells, so both forms become one list of rows.
 * Rows confirmed by published output: English, Japanese, French, Spanish, Portuguese, Chinese,
 * Korean, Russian; German in part, Italian not.
 */
#include "parser.h"

#include <string.h>

static const struct fact_kind system_kind = {
	.name = "system",
	.says = "the machine and its Windows",
	.is_state = true,
	.fields =
		{
			{"computer", FACT_NAME, "host name", NULL, FACT_KEY},
			{"os-name", FACT_TEXT, "Microsoft Windows 11 Pro"},
			{"os-version", FACT_TEXT, "as printed"},
			{"build", FACT_NUMBER, "build number"},
			{"domain", FACT_NAME, "domain or workgroup"},
			{"workgroup", FACT_FLAG, "it is the workgroup that Windows starts with"},
			{"member", FACT_FLAG,
				"its configuration is that of a domain member or controller"},
			{"role", FACT_WORD, "by OS configuration",
				"workstation|server|domain-controller"},
			{"boot-time", FACT_TEXT, "as printed, in the user's date format"},
			{"install-date", FACT_TEXT, "as printed"},
			{"manufacturer", FACT_TEXT, "of the machine"},
			{"model", FACT_TEXT, "of the machine"},
			{"virtual", FACT_FLAG, "a virtual machine, by its model"},
			{"logon-server", FACT_NAME,
				"domain controller of the logon, or the machine itself"},
			{"locale", FACT_TEXT, "system locale, ja;..."},
			{"time-zone", FACT_TEXT, "(UTC+09:00) ..."},
			{0},
		},
};

static const struct fact_kind hotfix = {
	.name = "hotfix",
	.says = "an installed update",
	.fields =
		{
			{"id", FACT_NAME, "KB5031356", NULL, FACT_KEY},
			{0},
		},
};

/* --- rows --- */

#define ROWS_MAX 64         /* systeminfo prints 33 */
#define LABEL_BYTES_MAX 120 /* the longest, in Russian, has 66 */
#define INDENT_MAX 8        /* deeper stand the further lines of a row */

struct row {
	struct str label, value;
	const struct line *line;
	size_t at; /* index of its line, or of its cell */
};

struct block {
	struct row rows[ROWS_MAX];
	size_t count;
	size_t version; /* index of the version row; ROWS_MAX while there is none */
};

/* "10.0.19045 N/A Build 19045", "6.1.7601 Service Pack 1 Build 7601": one number comes twice. */
static bool version(struct str text, int64_t *build)
{
	struct str rest = str_trim(text);
	struct str first = str_word(&rest), last = str_trim(rest);
	int64_t major = 0, minor = 0, third = 0, again = 0;
	for (struct str word; (word = str_word(&rest)).size;)
		last = word;
	if (!scan_number(str_cut(&first, '.'), &major) ||
		!scan_number(str_cut(&first, '.'), &minor) || !scan_number(first, &third))
		return false;
	if (!scan_number(last, &again) || third != again || third < 1000)
		return false;
	*build = third;
	return true;
}

/* "LABEL:   value". A label may hold a colon itself, but only in rows that are not read. */
static bool row_of(struct str text, struct row *row)
{
	if (str_blank_left(text) > INDENT_MAX)
		return false;
	text = str_trim(text);
	size_t colon = str_find_char(str_slice(text, 0, LABEL_BYTES_MAX), ':');
	if (colon == STR_NONE || colon == 0 || text.at[0] == '[' || text.at[0] == '"')
		return false;
	struct str value = str_from(text, colon + 1);
	if (value.size && str_blank_left(value) == 0) /* "D:\pagefile.sys" */
		return false;
	row->label = str_trim_right(str_slice(text, 0, colon));
	row->value = str_trim(value);
	return true;
}

/* Takes the next cell off a line of quoted cells. */
static struct str take_cell(struct str *rest)
{
	*rest = str_trim_left(*rest);
	if (!str_starts(*rest, STR("\"")))
		return str_trim(str_cut(rest, ','));
	*rest = str_from(*rest, 1);
	struct str cell = str_cut(rest, '"');
	(void)str_cut(rest, ',');
	return str_trim(cell);
}

static bool is_csv(struct str text)
{
	int64_t build;
	if (!str_starts(str_trim_left(text), STR("\"")))
		return false;
	(void)take_cell(&text);
	(void)take_cell(&text);
	return version(take_cell(&text), &build);
}

static bool is_version_row(const struct lines *lines, size_t i)
{
	struct row row;
	int64_t build;
	return row_of(lines_text(lines, i), &row) && version(row.value, &build);
}

static bool opens(const struct lines *lines, size_t i)
{
	struct row row;
	struct str text = lines_text(lines, i);
	if (str_starts(str_trim_left(text), STR("\"")))
		return is_csv(text) || is_csv(lines_text(lines, i + 1));
	if (!row_of(text, &row) || row.value.size == 0)
		return false;
	if (is_version_row(lines, i) || is_version_row(lines, i + 1))
		return true;
	return row_of(lines_text(lines, i + 1), &row) && is_version_row(lines, i + 2);
}

/* --- values --- */

struct reading {
	struct facts *facts;
	struct fact *fact; /* made with its first value */
};

static struct fact *fact(struct reading *r, const struct line *line)
{
	if (!r->fact)
		r->fact = fact_add(r->facts, &system_kind, line);
	return r->fact;
}

static bool is_set(const struct reading *r, const char *field)
{
	return r->fact && fact_is_set(r->fact, field);
}

static void put(struct reading *r, const struct row *row, const char *field)
{
	if (row && row->value.size && !is_set(r, field))
		fact_put(r->facts, fact(r, row->line), row->line, field, row->value);
}

static void put_flag(struct reading *r, const struct line *line, const char *field, bool flag)
{
	fact_put_flag(r->facts, fact(r, line), line, field, flag);
}

static bool has_one_of(struct str text, const char *list)
{
	for (struct str rest = str_of(list); rest.size;)
		if (str_has_nocase(text, str_cut(&rest, '|')))
			return true;
	return false;
}

/* OS Configuration: six roles, in words. Stems without a first letter that could be a capital. */
static void put_role(struct reading *r, const struct row *row)
{
	static const struct {
		const char *role, *stems;
	} roles[] = {
		{"domain-controller",
			"Domain Controller|ドメイン コントローラ|Domänencontroller|ontrôleur|controlador de "
			"domínio|controlador de dominio|controller di dominio|域控制器|網域控制站|도메인 "
			"컨트롤러|контроллер домена"},
		{"workstation",
			"workstation|ワークステーション|arbeitsstation|station de travail|estación de "
			"trabajo|estação de trabalho|工作站|워크스테이션|рабочая станция"},
		{"server", "server|サーバ|serveur|servidor|服务器|伺服器|서버|сервер"},
	};
	static const char members[] =
		"member|メンバ|mitglied|membre|miembro|membro|成员|成員|구성원|ядов";
	static const char alone[] =
		"standalone|スタンドアロン|igenständig|alleinstehend|autonom|autôn|"
		"independiente|独立|獨立|독립|золирован|втоном";
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		if (!has_one_of(row->value, roles[i].stems))
			continue;
		fact_put(r->facts, fact(r, row->line), row->line, "role", str_of(roles[i].role));
		if (i == 0 || has_one_of(row->value, members))
			put_flag(r, row->line, "member", true);
		else if (has_one_of(row->value, alone))
			put_flag(r, row->line, "member", false);
		return;
	}
}

/* Models that only hypervisors give; a model that is not here says nothing either way. */
static void put_virtual(struct reading *r, const struct row *maker, const struct row *model)
{
	static const char models[] =
		"Virtual Machine|VMware|VirtualBox|HVM domU|Google Compute Engine|KVM|Standard PC (|"
		"Virtual Platform|RHEV|oVirt|OpenStack|BHYVE|Nutanix|Alibaba Cloud ECS|QEMU|Parallels";
	static const char makers[] = "QEMU|VMware|innotek|Xen|OpenStack|Nutanix|Parallels";
	if (!maker || !model)
		return;
	bool metal = str_has_nocase(model->value, STR("metal"));
	if (has_one_of(model->value, models) || has_one_of(maker->value, makers) ||
		(str_has_nocase(maker->value, STR("Amazon EC2")) && !metal))
		put_flag(r, model->line, "virtual", true);
}

static void put_domain(struct reading *r, const struct row *row)
{
	put(r, row, "domain");
	if (str_equal_nocase(row->value, STR("WORKGROUP")))
		put_flag(r, row->line, "workgroup", true);
	else if (str_find_char(row->value, '.') != STR_NONE ||
		(is_set(r, "member") && fact_is(r->fact, "member", "yes")))
		put_flag(r, row->line, "workgroup", false);
}

static void put_logon_server(struct reading *r, const struct row *row)
{
	if (str_starts(row->value, STR("\\\\")))
		fact_put(r->facts, fact(r, row->line), row->line, "logon-server",
			str_from(row->value, 2));
}

/* "[01]: KB5031356", alone on its line or among others in a cell. */
static void put_hotfixes(struct facts *facts, const struct line *line)
{
	static const struct str mark = STR_INIT("]: KB");
	struct str rest = line->text;
	for (size_t at; (at = str_find(rest, mark)) != STR_NONE;) {
		rest = str_from(rest, at + mark.size - 2);
		size_t size = 2;
		while (size < rest.size && char_is_digit(rest.at[size]))
			size++;
		if (size < 8 || size > 10)
			continue;
		struct fact *fact = fact_add(facts, &hotfix, line);
		fact_put(facts, fact, NULL, "id", str_slice(rest, 0, size));
	}
}

/* --- rows by their place --- */

/* Row `offset` away from row `from`, when it is there. */
static const struct row *row_at(const struct block *b, size_t from, int offset)
{
	size_t index = offset < 0 ? from - (size_t)-offset : from + (size_t)offset;
	if (offset < 0 && from < (size_t)-offset)
		return NULL;
	return index < b->count ? &b->rows[index] : NULL;
}

static bool next_to(const struct row *above, const struct row *below)
{
	return above && below && above->at + 1 == below->at;
}

static void read_top(struct reading *r, const struct block *b)
{
	const struct row *os = &b->rows[b->version];
	const struct row *name = row_at(b, b->version, -1), *host = row_at(b, b->version, -2);
	const struct row *maker = row_at(b, b->version, 1), *role = row_at(b, b->version, 2);
	int64_t build = 0;
	put(r, os, "os-version");
	if (version(os->value, &build))
		fact_put_number(r->facts, fact(r, os->line), os->line, "build", build);
	if (next_to(name, os) && str_has(name->value, STR(" ")))
		put(r, name, "os-name");
	if (next_to(name, os) && next_to(host, name) && !str_has(host->value, STR(" ")))
		put(r, host, "computer");
	if (next_to(os, maker) && next_to(maker, role) && str_has(maker->value, STR("Microsoft")))
		put_role(r, role);
}

/* The machine's type, eleven rows below the version, confirms that those in between are there. */
static void read_machine(struct reading *r, const struct block *b)
{
	const struct row *type = row_at(b, b->version, 11);
	if (!type || !str_ends_nocase(type->value, STR("-based PC")))
		return;
	put(r, row_at(b, b->version, 7), "install-date");
	put(r, row_at(b, b->version, 8), "boot-time");
	put(r, row_at(b, b->version, 9), "manufacturer");
	put(r, row_at(b, b->version, 10), "model");
	put_virtual(r, row_at(b, b->version, 9), row_at(b, b->version, 10));
}

/* "ja;..." or "en-us;..." */
static bool is_locale(struct str text)
{
	size_t end = str_find_char(text, ';');
	if (end == STR_NONE || end < 2 || end > 12)
		return false;
	for (size_t i = 0; i < end; i++)
		if (!char_is_alpha(text.at[i]) && text.at[i] != '-')
			return false;
	return true;
}

static bool is_path(struct str text)
{
	return text.size > 2 && char_is_alpha(text.at[0]) && text.at[1] == ':' &&
		text.at[2] == '\\';
}

/* Below the time zone come five rows of memory, the page files, the domain and the logon server. */
static void read_membership(struct reading *r, const struct block *b, size_t zone)
{
	const struct row *paging = row_at(b, zone, 6), *domain = row_at(b, zone, 7);
	const struct row *server = row_at(b, zone, 8);
	if (!domain)
		return;
	if (!is_path(paging->value) && !(server && str_starts(server->value, STR("\\\\"))))
		return;
	put_domain(r, domain);
	if (server)
		put_logon_server(r, server);
}

/* The domain stands right above the logon server. Where rows between it and the zone are missing, it must look like
 * a domain, and nothing else that could stand there does. */
static void read_server(struct reading *r, const struct block *b)
{
	for (size_t i = 1; i < b->count; i++) {
		const struct row *server = &b->rows[i], *domain = &b->rows[i - 1];
		if (!str_starts(server->value, STR("\\\\")))
			continue;
		if (!is_set(r, "domain") && next_to(domain, server) &&
			scan_is_host(domain->value) &&
			str_find_char(domain->value, '.') != STR_NONE) {
			put_domain(r, domain);
			put_logon_server(r, server);
		}
		return;
	}
}

static void read_zone(struct reading *r, const struct block *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct row *row = &b->rows[i];
		if (!str_starts(row->value, STR("(UTC")) && !str_starts(row->value, STR("(GMT")))
			continue;
		const struct row *locale = row_at(b, i, -2);
		put(r, row, "time-zone");
		if (locale && is_locale(locale->value))
			put(r, locale, "locale");
		read_membership(r, b, i);
		return;
	}
}

/* --- rows by their label --- */

/* en, ja, de, fr, es, zh (simplified, traditional), ko, ru, pt, it */
static const struct {
	const char *field, *labels;
} labels[] = {
	{"computer",
		"Host Name|ホスト名|Hostname|Nom de l'hôte|Nombre de host|主机名|主機名稱|호스트 이름|Имя "
		"узла|Nome do host|Nome host"},
	{"os-name",
		"OS Name|OS 名|Betriebssystemname|Nom du système d'exploitation|Nombre del sistema "
		"operativo|OS 名称|作業系統名稱|OS 이름|Название ОС|Nome do sistema operacional|Nome SO"},
	{"os-version",
		"OS Version|OS バージョン|Betriebssystemversion|Version du système|Versión del sistema "
		"operativo|OS 版本|作業系統版本|OS 버전|Версия ОС|Versão do sistema operacional|Versione SO"},
	{"role",
		"OS Configuration|OS 構成|Betriebssystemkonfiguration|Configuration du système "
		"d'exploitation|Configuración del sistema operativo|OS 配置|作業系統設定|OS 구성|Параметры "
		"ОС|Configuração do sistema operacional|Configurazione SO"},
	{"install-date",
		"Original Install Date|最初のインストール日付|Ursprüngliches Installationsdatum|Date "
		"d'installation originale|Fecha de instalación original|初始安装日期|原始安裝日期|원래 설치 "
		"날짜|Дата установки|Data da instalação original|Data di installazione originale"},
	{"boot-time",
		"System Boot Time|システム起動時間|Systemstartzeit|Heure de démarrage du système|Tiempo de "
		"arranque del sistema|系统启动时间|系統開機時間|시스템 부트 시간|Время загрузки системы|Tempo "
		"de Inicialização do Sistema|Tempo di avvio sistema"},
	{"manufacturer",
		"System Manufacturer|システム製造元|Systemhersteller|Fabricant du système|Fabricante del "
		"sistema|系统制造商|系統製造商|시스템 제조업체|Изготовитель системы|Fabricante do "
		"sistema|Produttore sistema"},
	{"model",
		"System Model|システム モデル|Systemmodell|Modèle du système|Modelo el sistema|系统型号|"
		"系統型號|시스템 모델|Модель системы|Modelo do sistema|Modello sistema"},
	{"domain", "Domain|ドメイン|Domäne|Domaine|Dominio|域|網域|도메인|Домен|Domínio"},
	{"logon-server",
		"Logon Server|ログオン サーバー|Anmeldeserver|Serveur d'ouverture de session|Servidor de "
		"inicio de sesión|登录服务器|登入伺服器|로그온 서버|Сервер входа в сеть|Servidor de "
		"Logon|Server di accesso"},
};

static void read_labels(struct reading *r, const struct block *b)
{
	const struct row *maker = NULL;
	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < sizeof labels / sizeof *labels; k++) {
			const struct row *row = &b->rows[i];
			const char *field = labels[k].field;
			if (!str_in_list(row->label, labels[k].labels) || row->value.size == 0 ||
				is_set(r, field))
				continue;
			if (strcmp(field, "role") == 0)
				put_role(r, row);
			else if (strcmp(field, "domain") == 0)
				put_domain(r, row);
			else if (strcmp(field, "logon-server") == 0)
				put_logon_server(r, row);
			else
				put(r, row, field);
			if (strcmp(field, "manufacturer") == 0)
				maker = row;
			if (strcmp(field, "model") == 0)
				put_virtual(r, maker ? maker : row, row);
		}
}

static void end_block(struct facts *facts, const struct block *b)
{
	struct reading r = {.facts = facts};
	if (b->version < b->count) {
		read_top(&r, b);
		read_machine(&r, b);
	}
	read_zone(&r, b);
	read_server(&r, b);
	read_labels(&r, b);
}

/* --- lines into blocks --- */

/* Keeps the last `keep` rows, for the next machine. */
static void keep_rows(struct block *b, size_t keep)
{
	if (keep > b->count)
		keep = b->count;
	memmove(b->rows, b->rows + (b->count - keep), keep * sizeof *b->rows);
	b->count = keep;
	b->version = ROWS_MAX;
}

/* A second version row is another machine, whose two rows above are here already. */
static void begin_machine(struct facts *facts, struct block *b)
{
	size_t own = 2;
	if (b->version < ROWS_MAX) {
		own = b->count - b->version > 2 ? 2 : 0;
		b->count -= own;
		end_block(facts, b);
		b->count += own;
	}
	keep_rows(b, own);
	b->version = b->count;
}

static void add_row(struct facts *facts, struct block *b, struct row row)
{
	int64_t build;
	if (version(row.value, &build))
		begin_machine(facts, b);
	if (b->count == ROWS_MAX && b->version == ROWS_MAX)
		keep_rows(b, 2); /* no systeminfo so far */
	if (b->count < ROWS_MAX)
		b->rows[b->count++] = row;
}

static void read_csv(struct facts *facts, const struct line *heads, const struct line *line)
{
	struct block b = {.version = 2};
	struct str rest = line->text, head = heads ? heads->text : STR("");
	while (str_trim(rest).size && b.count < ROWS_MAX) {
		struct row *row = &b.rows[b.count];
		*row = (struct row){take_cell(&head), take_cell(&rest), line, b.count};
		b.count++;
	}
	end_block(facts, &b);
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	const struct lines *lines = &evidence->lines;
	struct block b = {.version = ROWS_MAX};
	for (size_t i = 0; i < lines->count; i++) {
		const struct line *line = &lines->at[i];
		struct row row = {.line = line, .at = i};
		if (is_csv(line->text))
			read_csv(facts, i > 0 ? &lines->at[i - 1] : NULL, line);
		else if (row_of(line->text, &row))
			add_row(facts, &b, row);
		put_hotfixes(facts, line);
	}
	end_block(facts, &b);
}

static const struct fact_kind *const kinds[] = {&system_kind, &hotfix, NULL};

const struct parser parser_systeminfo = {
	.name = "systeminfo",
	.says = "systeminfo",
	.source = "systeminfo",
	.commands = "systeminfo",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
