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
  requires transitive org.junit.platform.launcher;
  requires java.logging;

  exports org.alknet.testkit;
  exports org.alknet.testkit.contract;

  provides org.junit.platform.launcher.LauncherSessionListener with
      org.alknet.testkit.CanaryListener;
}
