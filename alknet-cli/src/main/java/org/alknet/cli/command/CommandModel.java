package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Commands as a program reads about them: the model that help and manual pages are made of. */
final class CommandModel {
  private CommandModel() {}

  /** Returns a command and all below it, in the order of the help. */
  static List<Map<String, Object>> of(CommandLine command) {
    List<Map<String, Object>> all = new ArrayList<>();
    collect(command, all);
    return all;
  }

  private static void collect(CommandLine command, List<Map<String, Object>> all) {
    all.add(one(command.getCommandSpec()));
    new LinkedHashSet<>(command.getSubcommands().values()).forEach(child -> collect(child, all));
  }

  private static Map<String, Object> one(CommandSpec spec) {
    CommandDoc doc = CommandDoc.of(spec);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("command", doc.name());
    data.put("aliases", List.of(spec.aliases()));
    data.put("summary", doc.summary());
    data.put("examples", doc.examples());
    data.put("notes", doc.notes());
    data.put("arguments", spec.positionalParameters().stream().map(CommandModel::one).toList());
    data.put("options", spec.options().stream().map(CommandModel::option).toList());
    Map<String, Object> codes = new LinkedHashMap<>();
    spec.usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> codes.put(code.strip(), meaning.toString()));
    data.put("exit_codes", codes);
    return data;
  }

  private static Map<String, Object> one(ArgSpec argument) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("label", argument.paramLabel());
    data.put("description", String.join(" ", argument.description()));
    data.put("required", argument.arity().min() > 0);
    data.put("repeatable", argument.isMultiValue());
    return data;
  }

  private static Map<String, Object> option(OptionSpec option) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("names", List.of(option.names()));
    data.put(
        "value", option.arity().max() == 0 ? Optional.empty() : Optional.of(option.paramLabel()));
    data.put("description", String.join(" ", option.description()));
    data.put("required", option.required());
    data.put("repeatable", option.isMultiValue());
    return data;
  }
}
