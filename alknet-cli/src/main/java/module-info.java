import org.jspecify.annotations.NullMarked;

/** The assembly layer and the operator tool. */
@SuppressWarnings("requires-automatic") // org.tomlj has no module descriptor
@NullMarked
module org.alknet.cli {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.core;
  requires transitive org.alknet.call;
  requires transitive org.alknet.http;
  requires transitive org.alknet.store.sqlite;
  requires transitive org.alknet.vault;
  requires info.picocli;
  requires org.tomlj;
  requires java.logging;
  requires java.net.http;
  requires jdk.unsupported;

  exports org.alknet.cli.assembly;

  opens org.alknet.cli to
      info.picocli;
  opens org.alknet.cli.command to
      info.picocli;
  opens org.alknet.cli.context to
      info.picocli;
  opens org.alknet.cli.input to
      info.picocli;
}
