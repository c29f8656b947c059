/**
 * The cellar of the store: the schema, statements, row codecs, the writer thread and the watcher.
 * Nothing here knows the front door's types, and nothing outside the module sees these.
 */
package org.alknet.store.sqlite.internal;
