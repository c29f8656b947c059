import org.jspecify.annotations.NullMarked;

/** Peers and credentials in one SQLite file. */
@NullMarked
module org.alknet.store.sqlite {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.core;
}
