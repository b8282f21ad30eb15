#pragma once
#include <sqlite3.h>

/// sqlite3_bind_text with SQLITE_TRANSIENT, a macro that Swift cannot see. An empty text may come
/// without an address, which SQLite would take for NULL.
static inline int kiln_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
  return sqlite3_bind_text(statement, index, text ? text : "", length, SQLITE_TRANSIENT);
}

/// sqlite3_db_config for the options that take one integer; the function is variadic.
static inline int kiln_db_config(sqlite3 *database, int option, int value) {
  return sqlite3_db_config(database, option, value, (int *)0);
}
