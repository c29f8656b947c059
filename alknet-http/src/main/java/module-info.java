import org.jspecify.annotations.NullMarked;

/** The HTTP face of the operation registry. */
@NullMarked
module org.alknet.http {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.call;
}
