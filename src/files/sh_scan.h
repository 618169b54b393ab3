/*
 * struct sh_scan: where in a shell command we are, character by character, so
 * that a file name can be written in the quoting of its place.
 */
#ifndef HOOKRUN_FILES_SH_SCAN_H
#define HOOKRUN_FILES_SH_SCAN_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define SH_DEPTH 32 /* nested quotes and substitutions */
#define SH_DOCS 4   /* here-documents that begin on one line */
#define SH_WORD 64  /* bytes of their delimiter, with the NUL */

enum sh_kind {
	SH_BARE,
	SH_DOUBLE,   /* "..." */
	SH_SINGLE,   /* '...' */
	SH_PAREN,    /* $(...) */
	SH_BACKTICK, /* `...` */
	SH_DOC,	     /* the lines of a here-document */
};

struct sh_doc {
	char word[SH_WORD]; /* the delimiter */
	size_t len;
	bool literal; /* the delimiter was quoted: nothing is expanded */
	bool tabs;    /* <<-: leading tabs are cut */
	size_t seen;  /* of the delimiter on the current line */
};

struct sh_frame {
	enum sh_kind kind;
	size_t start;  /* `pos` behind what opened it */
	size_t parens; /* SH_PAREN: open '(' inside */
	bool arith;    /* SH_PAREN: $((...)) */
	bool ansi;     /* SH_SINGLE: $'...' */
	bool slash;    /* there: behind a backslash that would count */
	struct sh_doc doc;
};

struct sh_scan {
	struct sh_frame frames[SH_DEPTH];
	size_t depth; /* index of the innermost frame */
	size_t pos;   /* characters read */
	bool escaped; /* the next character stands behind a backslash */
	bool dollar;  /* the last character was a '$' that counts */
	bool comment; /* behind a '#', up to the line break */
	bool fresh;   /* a word would begin here */
	size_t less;  /* '<' in a row */
	enum { DOC_NONE, DOC_BEFORE, DOC_WORD } reading; /* << WORD */
	char doc_quote;
	struct sh_doc docs[SH_DOCS]; /* announced, not begun */
	size_t ndocs;
	const char *trouble; /* why file names cannot be written from here on */
};

/* What writing text at a place needs to know. */
struct sh_place {
	enum sh_kind kind;
	bool literal;  /* SH_DOC: nothing is expanded */
	bool backtick; /* somewhere within `...` */
	bool doc;      /* somewhere within a here-document */
};

void sh_scan_init(struct sh_scan *scan);
void sh_scan_feed(struct sh_scan *scan, const char *text, size_t len);

/* The quote just read is taken back, if it opened the innermost frame. */
void sh_scan_take_back(struct sh_scan *scan);

/* Something was written here that leaves the quoting as it is. */
void sh_scan_skip(struct sh_scan *scan);

/* Why no word can be written here so that every shell reads it alike; NULL
 * where that can be done. */
const char *sh_scan_trouble(const struct sh_scan *scan);

struct sh_place sh_scan_place(const struct sh_scan *scan);

/* Append `text`, a piece of shell text, so that the shell reads it as it is
 * from within the quotes of `place`. */
void sh_place_add(const struct sh_place *place, const char *text, size_t len,
	struct strbuf *out);

#endif
