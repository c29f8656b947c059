import org.jspecify.annotations.NullMarked;

/** Fails a test run that shows a secret of its tests; never on a production class path. */
@NullMarked
module org.alknet.canary {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.junit.platform.launcher;
  requires java.logging;

  exports org.alknet.canary;

  provides org.junit.platform.launcher.LauncherSessionListener with
      org.alknet.canary.CanaryListener;
}
