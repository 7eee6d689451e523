/*
 * The network, asked without a tool: DNS for KMS hosts, TCP to port 1688, and a time server.
 */
#include "host_win32.h"

#include "base/limits.h"
#include "base/scan.h"
#include "base/wide.h"

#include <stdlib.h>
#include <string.h>
#include <windns.h>
#include <ws2tcpip.h>

#define KMS_PORT 1688
#define NTP_PORT 123
#define CONNECT_MS 5000
#define NTP_MS 3000
#define ADDRESSES_MAX 4

/*
 * DNS
 */

static DNS_STATUS ask(const char *domain, WORD type, DNS_RECORD **records)
{
	struct arena *arena = arena_new();
	wchar_t *name = wide_of(
		arena_format(arena, type == DNS_TYPE_SRV ? "_vlmcs._tcp.%s" : "%s", domain));
	/* Not from the cache, which may be the fault; the cache itself is left as it is. */
	DNS_STATUS status = DnsQuery_W(name, type,
		DNS_QUERY_BYPASS_CACHE | DNS_QUERY_NO_HOSTS_FILE | DNS_QUERY_TREAT_AS_FQDN, NULL,
		(PDNS_RECORD *)(void *)records, NULL);
	free(name);
	arena_free(arena);
	return status;
}

void srv_hosts(struct arena *arena, const char *domain, struct text_list *hosts)
{
	DNS_RECORDW *records = NULL;
	if (ask(domain, DNS_TYPE_SRV, (DNS_RECORD **)(void *)&records) != ERROR_SUCCESS)
		return;
	for (DNS_RECORDW *r = records; r; r = r->pNext)
		if (r->wType == DNS_TYPE_SRV && r->Data.SRV.pNameTarget) {
			char *utf8 = wide_to_utf8(r->Data.SRV.pNameTarget, WIDE_ALL);
			add_name(arena, hosts, utf8);
			free(utf8);
		}
	DnsRecordListFree((DNS_RECORD *)(void *)records, DnsFreeRecordList);
}

/* As nslookup prints it, without the header that names a server: Windows does not say which one answered. */
static void put_srv(struct out *out, const DNS_RECORDW *r)
{
	char *name = wide_to_utf8(r->pName, WIDE_ALL);
	char *target = wide_to_utf8(r->Data.SRV.pNameTarget, WIDE_ALL);
	out_format(out,
		"%s\tSRV service location:\r\n\t  priority       = %u\r\n\t  weight         = %u\r\n"
		"\t  port           = %u\r\n\t  svr hostname   = %s\r\n",
		name, r->Data.SRV.wPriority, r->Data.SRV.wWeight, r->Data.SRV.wPort, target);
	free(name);
	free(target);
}

static void put_address(struct out *out, const DNS_RECORDW *r)
{
	char *name = wide_to_utf8(r->pName, WIDE_ALL);
	const uint8_t *four = (const uint8_t *)&r->Data.A.IpAddress;
	out_format(out, "%s\tinternet address = %u.%u.%u.%u\r\n", name, four[0], four[1], four[2],
		four[3]);
	free(name);
}

void native_dns_srv(const struct job *job, struct gathered *to)
{
	DNS_RECORDW *records = NULL;
	DNS_STATUS status = ask(job->value, DNS_TYPE_SRV, (DNS_RECORD **)(void *)&records);
	struct out out = out_new(MIB);
	if (status == DNS_ERROR_RCODE_NAME_ERROR)
		out_format(&out, "*** DnsQuery can't find _vlmcs._tcp.%s: Non-existent domain\r\n",
			job->value);
	else if (status != ERROR_SUCCESS) {
		gathered_say(to, ROW_FAILED, "DnsQuery: %s", error_text((DWORD)status).text);
		out_free(&out);
		return;
	}
	for (const DNS_RECORDW *r = records; r; r = r->pNext)
		if (r->wType == DNS_TYPE_SRV)
			put_srv(&out, r);
		else if (r->wType == DNS_TYPE_A)
			put_address(&out, r);
	if (records)
		DnsRecordListFree((DNS_RECORD *)(void *)records, DnsFreeRecordList);
	if (out.size == 0)
		gathered_say(to, ROW_FAILED, "DnsQuery gave no record and no error");
	else
		gathered_text(to, &out);
}

/*
 * TCP
 */

struct attempt {
	const char *result;
	int code;
	ULONGLONG milliseconds;
	char address[INET6_ADDRSTRLEN], source[INET6_ADDRSTRLEN];
};

static void address_text(const struct sockaddr *address, char text[INET6_ADDRSTRLEN])
{
	DWORD size = INET6_ADDRSTRLEN;
	struct sockaddr_storage copy = {0};
	bool six = address->sa_family == AF_INET6;
	memcpy(&copy, address, six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	*text = '\0';
	if (six)
		((struct sockaddr_in6 *)(void *)&copy)->sin6_port = 0;
	else
		((struct sockaddr_in *)(void *)&copy)->sin_port = 0;
	(void)WSAAddressToStringA((struct sockaddr *)&copy,
		six ? (DWORD)sizeof(struct sockaddr_in6) : (DWORD)sizeof(struct sockaddr_in), NULL,
		text, &size);
	text[strcspn(text, "%")] = '\0';
}

/* Waits until it is connected, refused, or nobody waits any longer. */
static int wait_connected(SOCKET s, ULONGLONG until)
{
	int error = WSAETIMEDOUT, size = sizeof error;
	while (GetTickCount64() < until && !host_must_stop()) {
		fd_set good, bad;
		struct timeval tick = {0, 100000};
		FD_ZERO(&good);
		FD_ZERO(&bad);
		FD_SET(s, &good);
		FD_SET(s, &bad);
		if (select(0, NULL, &good, &bad, &tick) <= 0)
			continue;
		error = 0;
		if (getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &size) != 0)
			error = WSAGetLastError();
		return error;
	}
	return WSAETIMEDOUT;
}

static void judge_connect(struct attempt *a)
{
	a->result = a->code == 0             ? "connected"
		: a->code == WSAECONNREFUSED ? "refused"
		: a->code == WSAETIMEDOUT    ? "timeout"
					     : "failed";
}

static void try_connect(struct attempt *a, const struct addrinfo *to)
{
	u_long on = 1;
	ULONGLONG began = GetTickCount64();
	SOCKET s = socket(to->ai_family, SOCK_STREAM, IPPROTO_TCP);
	address_text(to->ai_addr, a->address);
	if (s == INVALID_SOCKET || ioctlsocket(s, (long)FIONBIO, &on) != 0) {
		a->code = WSAGetLastError();
	} else if (connect(s, to->ai_addr, (int)to->ai_addrlen) != 0) {
		a->code = WSAGetLastError();
		if (a->code == WSAEWOULDBLOCK)
			a->code = wait_connected(s, began + CONNECT_MS);
	}
	a->milliseconds = GetTickCount64() - began;
	struct sockaddr_storage own = {0};
	int size = sizeof own;
	if (a->code == 0 && getsockname(s, (struct sockaddr *)&own, &size) == 0)
		address_text((const struct sockaddr *)&own, a->source);
	if (s != INVALID_SOCKET)
		closesocket(s);
	judge_connect(a);
}

static void put_attempt(struct out *out, const char *host, unsigned port, const struct attempt *a)
{
	out_format(out, "tcp-probe host=%s", host);
	if (*a->address)
		out_format(out, " address=%s", a->address);
	if (*a->source)
		out_format(out, " source=%s", a->source);
	out_format(out, " port=%u result=%s", port, a->result);
	if (a->code)
		out_format(out, " code=0x%08X", 0x80070000u | (unsigned)a->code);
	out_format(out, " ms=%u\r\n", (unsigned)a->milliseconds);
}

/* A host by name: its addresses, and how long the name took. */
static struct addrinfo *resolve(const char *host, int type, struct attempt *a)
{
	struct addrinfo *found = NULL, hints = {.ai_socktype = type};
	ULONGLONG began = GetTickCount64();
	a->code = getaddrinfo(host, NULL, &hints, &found);
	a->milliseconds = GetTickCount64() - began;
	a->result = "unresolved";
	return found;
}

static void set_port(struct addrinfo *one, unsigned short port)
{
	if (one->ai_family == AF_INET6)
		((struct sockaddr_in6 *)(void *)one->ai_addr)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)(void *)one->ai_addr)->sin_port = htons(port);
}

void native_tcp(const struct job *job, struct gathered *to)
{
	struct out out = out_new(MIB);
	struct attempt lookup = {0};
	struct addrinfo *found = resolve(job->value, SOCK_STREAM, &lookup);
	size_t count = 0;
	if (!found)
		put_attempt(&out, job->value, KMS_PORT, &lookup);
	for (struct addrinfo *one = found; one && count < ADDRESSES_MAX; one = one->ai_next) {
		struct attempt attempt = {0};
		if (one->ai_family != AF_INET && one->ai_family != AF_INET6)
			continue;
		set_port(one, KMS_PORT);
		try_connect(&attempt, one);
		put_attempt(&out, job->value, KMS_PORT, &attempt);
		count++;
	}
	if (found)
		freeaddrinfo(found);
	gathered_text(to, &out);
}

/*
 * Time: NTP (RFC 5905), one packet of 48 bytes there and back. Printed as w32tm /stripchart does.
 */

#define SECONDS_1601_TO_1900 9435484800ull
#define TICKS 10000000ull

static double seconds_now(void)
{
	FILETIME now;
	GetSystemTimeAsFileTime(&now);
	uint64_t ticks = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
	return (double)(ticks - SECONDS_1601_TO_1900 * TICKS) / (double)TICKS;
}

static double stamp(const uint8_t *at)
{
	uint32_t whole =
		(uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
	uint32_t part =
		(uint32_t)at[4] << 24 | (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7];
	/* Seconds since 1900 turn over in 2036: small ones are of the next era. */
	double era = whole < 0x80000000u ? 4294967296.0 : 0.0;
	return era + (double)whole + (double)part / 4294967296.0;
}

/* One question; 0 and the difference (theirs less ours), or an error. */
static int ask_time(SOCKET s, double *offset)
{
	uint8_t packet[48] = {0x23}; /* version 4, client */
	DWORD limit = NTP_MS;
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (const char *)&limit, sizeof limit);
	double sent = seconds_now();
	if (send(s, (const char *)packet, sizeof packet, 0) != sizeof packet)
		return WSAGetLastError();
	int got = recv(s, (char *)packet, sizeof packet, 0);
	double received = seconds_now();
	if (got != sizeof packet)
		return got < 0 ? WSAGetLastError() : WSAEMSGSIZE;
	if ((packet[0] & 7) != 4 || packet[1] == 0)
		return WSAEINVAL; /* no server's answer, or "go away" */
	*offset = ((stamp(packet + 32) - sent) + (stamp(packet + 40) - received)) / 2;
	return 0;
}

static void put_sample(struct out *out, SOCKET s)
{
	SYSTEMTIME now;
	double offset = 0;
	int error = ask_time(s, &offset);
	GetLocalTime(&now);
	out_format(out, "%02u:%02u:%02u, ", now.wHour, now.wMinute, now.wSecond);
	if (error)
		out_format(out, "error: 0x%08X\r\n", 0x80070000u | (unsigned)error);
	else
		out_format(out, "%+011.7fs\r\n", offset);
}

void native_ntp(const struct job *job, struct gathered *to)
{
	struct attempt lookup = {0};
	struct addrinfo *found = resolve(job->value, SOCK_DGRAM, &lookup);
	char address[INET6_ADDRSTRLEN];
	if (!found) {
		gathered_say(to, ROW_FAILED, "the name has no address: %s",
			error_text((DWORD)lookup.code).text);
		return;
	}
	SOCKET s = socket(found->ai_family, SOCK_DGRAM, IPPROTO_UDP);
	set_port(found, NTP_PORT);
	address_text(found->ai_addr, address);
	if (s == INVALID_SOCKET || connect(s, found->ai_addr, (int)found->ai_addrlen) != 0) {
		gathered_say(
			to, ROW_FAILED, "no socket: %s", error_text((DWORD)WSAGetLastError()).text);
	} else {
		struct out out = out_new(64 * KIB);
		SYSTEMTIME now;
		GetLocalTime(&now);
		out_format(&out, "Tracking %s [%s:%u].\r\nCollecting 3 samples.\r\n", job->value,
			address, NTP_PORT);
		out_format(&out, "The current time is %u/%u/%u %02u:%02u:%02u.\r\n", now.wMonth,
			now.wDay, now.wYear, now.wHour, now.wMinute, now.wSecond);
		for (int i = 0; i < 3 && !host_must_stop(); i++)
			put_sample(&out, s);
		gathered_text(to, &out);
	}
	if (s != INVALID_SOCKET)
		closesocket(s);
	freeaddrinfo(found);
}
