/* A line of db/schema.rb: the strings and options in it. */
#ifndef SCHEMAFILE_RUBY_LINE_H
#define SCHEMAFILE_RUBY_LINE_H

#include "schemafile/pieces.h"

/* The first word, behind blanks; of `len` 0 where there is none. */
struct span ruby_word(struct span line);
/* The string in quotes right behind the first word, without them; NULL: there
 * is none, as where somebody writes single quotes. */
struct span ruby_string(struct span line);
/* The string behind `, NAME: `; NULL: none. */
struct span ruby_option(struct span line, const char *name);
/* The word that ends the text which the line begins ("<<-SQL", "<<~'SQL'"),
 * NULL: it begins none. */
struct span ruby_heredoc(struct span line);
/* Equal but for the number of blanks outside of strings, by which Rails before
 * 5.2 puts columns below each other. */
bool ruby_same(struct span a, struct span b);

#endif
