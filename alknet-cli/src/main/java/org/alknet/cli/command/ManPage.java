package org.alknet.cli.command;

import java.util.Locale;
import java.util.stream.Collectors;
import org.alknet.cli.assembly.Version;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes a manual page in roff from the model of a command (spec/cli.md section 14). */
final class ManPage {
  private final CommandSpec spec;
  private final StringBuilder page = new StringBuilder();

  private ManPage(CommandSpec spec) {
    this.spec = spec;
  }

  /** Returns the page of a command. */
  static String of(CommandSpec spec) {
    return new ManPage(spec).write();
  }

  /** Returns the name of the page, such as {@code alknet-peer-add}. */
  static String name(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  private String write() {
    CommandDoc doc = CommandDoc.of(spec);
    line(
        ".TH "
            + quoted(name(spec).toUpperCase(Locale.ROOT))
            + " 1 \"\" "
            + quoted("alknet " + Version.current())
            + " \"alknet manual\"");
    section("NAME");
    text(name(spec) + " - " + doc.summary());
    section("SYNOPSIS");
    line(".B " + escape(doc.name()));
    text(synopsis());
    section("DESCRIPTION");
    text(doc.summary());
    if (!doc.notes().isEmpty()) {
      line(".PP");
      doc.notes().forEach(this::text);
    }
    section("EXAMPLES");
    line(".nf");
    doc.examples().forEach(this::text);
    line(".fi");
    arguments();
    commands();
    section("EXIT STATUS");
    spec.usageMessage().exitCodeList().forEach((code, meaning) -> item(code.strip(), meaning));
    files();
    return page.toString();
  }

  private String synopsis() {
    String commands = spec.subcommands().isEmpty() ? "" : " COMMAND";
    return "[OPTIONS]"
        + commands
        + spec.positionalParameters().stream()
            .map(parameter -> " " + shown(parameter))
            .collect(Collectors.joining());
  }

  private static String shown(PositionalParamSpec parameter) {
    String label = parameter.paramLabel();
    return parameter.arity().min() == 0 ? "[" + label + "]" : label;
  }

  private void arguments() {
    if (!spec.positionalParameters().isEmpty()) {
      section("ARGUMENTS");
      spec.positionalParameters()
          .forEach(parameter -> item(parameter.paramLabel(), description(parameter)));
    }
    section("OPTIONS");
    for (OptionSpec option : spec.options()) {
      String names = String.join(", ", option.names());
      item(
          option.arity().max() == 0 ? names : names + " " + option.paramLabel(),
          description(option));
    }
  }

  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  private void commands() {
    if (spec.subcommands().isEmpty()) {
      return;
    }
    section("COMMANDS");
    spec.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .distinct()
        .forEach(command -> item(command.name(), CommandDoc.of(command).summary()));
  }

  private void files() {
    section("FILES");
    item("~/.alknet/", "data directory: keys, store, configuration, state of the running node");
    item("~/.alknet/alknet.toml", "configuration; alknet config init prints every setting");
    item("~/.alknet/completion/", "names a shell completes, as a command listed them last");
    section("ENVIRONMENT");
    item("ALKNET_CONFIG, ALKNET_DATA_DIR", "configuration file and data directory");
    item("ALKNET_REMOTE", "remote to talk to if none is named");
    item("ALKNET_COLOR, NO_COLOR", "colours");
    item("ALKNET_LOG_LEVEL", "how much is logged");
    text("Secrets are never read from the environment.");
    section("SEE ALSO");
    CommandSpec parent = spec.parent() == null ? spec : spec.parent();
    line(".BR " + escape(name(parent)) + " (1)");
  }

  private void section(String name) {
    line(".SH " + quoted(name));
  }

  private void item(String term, String meaning) {
    line(".TP");
    line(".B " + escape(term));
    text(meaning);
  }

  private void text(String text) {
    text.lines().forEach(line -> line(protect(escape(line))));
  }

  /** A line that begins with one of these would be a request. */
  private static String protect(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  private static String escape(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]");
  }

  private static String quoted(String text) {
    return "\"" + escape(text) + "\"";
  }

  private void line(String line) {
    page.append(line).append('\n');
  }
}
