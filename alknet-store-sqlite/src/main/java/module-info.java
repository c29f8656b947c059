import org.jspecify.annotations.NullMarked;

/** Peers and credentials in one SQLite file, served from memory, live across processes. */
@NullMarked
module org.alknet.store.sqlite {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.core;
  requires java.sql;
  requires org.xerial.sqlitejdbc;
  requires tools.jackson.databind;

  exports org.alknet.store.sqlite;
}
