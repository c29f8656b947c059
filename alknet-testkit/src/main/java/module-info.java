import org.jspecify.annotations.NullMarked;

/**
 * Test doubles and contract suites for programs that build on alknet-core; never on a production
 * class path.
 */
@NullMarked
module org.alknet.testkit {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.assertj.core;

  exports org.alknet.testkit;
  exports org.alknet.testkit.contract;
}
