/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "language/language.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#ifdef DIALTONE_NLS
#include <libintl.h>
#endif

#define DOMAIN "dialtone"

#ifdef DIALTONE_NLS
/*
 * setlocale(LC_CTYPE) would tell gettext which character set to write, and would change what
 * strcasecmp() takes for the same letter: in Turkish "specify" is not SPECIFY.  So the set is asked
 * of a locale that nobody uses, and told to gettext; "libc" is where strerror() has its words.
 */
static void set_codeset(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (!locale)
		return;
	const char *codeset = nl_langinfo_l(CODESET, locale);
	bind_textdomain_codeset(DOMAIN, codeset);
	bind_textdomain_codeset("libc", codeset);
	freelocale(locale);
}
#endif

void language_open(void)
{
#ifdef DIALTONE_NLS
	if (!setlocale(LC_MESSAGES, ""))
		return;
	bindtextdomain(DOMAIN, DIALTONE_LOCALEDIR);
	set_codeset();
	textdomain(DOMAIN);
#endif
}

void language_open_for_terminal(void)
{
	if (isatty(STDERR_FILENO))
		language_open();
}

void language_hold(void)
{
#ifdef DIALTONE_NLS
	/* gettext reads one when it is first asked for a text. */
	(void)gettext("Dialtone");
	(void)dgettext("libc", "Success");
#endif
}

void language_close(void)
{
	setlocale(LC_MESSAGES, "C");
}

const char *language_of(const char *text)
{
#ifdef DIALTONE_NLS
	return text[0] ? gettext(text) : text;
#else
	return text;
#endif
}

const char *language_for(FILE *to, const char *text)
{
	int error = errno;
	bool terminal = isatty(fileno(to));
	errno = error;
	return terminal ? language_of(text) : text;
}

void language_classic(FILE *to, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(to, language_for(to, format), arguments);
	va_end(arguments);
}

/* Its columns on a terminal; bytes, if it is no text in the reader's character set. */
static int width_of(const char *text)
{
	wchar_t wide[256];
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (!locale)
		return (int)strlen(text);
	locale_t before = uselocale(locale);
	size_t length = mbstowcs(wide, text, sizeof(wide) / sizeof(wide[0]));
	int width = length < sizeof(wide) / sizeof(wide[0]) ? wcswidth(wide, length) : -1;
	uselocale(before);
	freelocale(locale);
	return width < 0 ? (int)strlen(text) : width;
}

void language_put_column(FILE *to, const char *text, int columns)
{
	int blanks = columns - width_of(text);
	fprintf(to, "%s%*s", text, blanks > 0 ? blanks : 0, "");
}
