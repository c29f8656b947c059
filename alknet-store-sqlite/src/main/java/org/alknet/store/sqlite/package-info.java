/**
 * Peers and encrypted credentials in one SQLite file, served from memory and kept fresh across
 * processes without a restart (spec/store-sqlite.md). Start at {@link
 * org.alknet.store.sqlite.SqliteStore}. Everything here is immutable or thread-safe; listeners and
 * stages run on the executor of the options.
 */
package org.alknet.store.sqlite;
