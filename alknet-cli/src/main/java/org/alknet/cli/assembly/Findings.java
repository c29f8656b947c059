package org.alknet.cli.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects what is wrong with a node that is to be, so that all of it is told at once.
 *
 * <p>Not thread-safe.
 */
final class Findings {
  private final List<NodeException> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** A step that may fail. */
  interface Step {
    /** Runs the step. */
    void run() throws NodeException;
  }

  /**
   * A step that may fail, and has a result.
   *
   * @param <T> the result
   */
  interface Source<T> {
    /** Runs the step. */
    T get() throws NodeException;
  }

  /** Runs a step, and keeps its failure. */
  void attempt(Step step) {
    try {
      step.run();
    } catch (NodeException wrong) {
      problems.add(wrong);
    }
  }

  /** Runs a step, and keeps its failure; empty then. */
  <T> Optional<T> attempt(Source<T> step) {
    try {
      return Optional.of(step.get());
    } catch (NodeException wrong) {
      problems.add(wrong);
      return Optional.empty();
    }
  }

  void add(NodeException problem) {
    problems.add(problem);
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Throws what was found: a single problem as it is, several as one of their kind, and those of
   * several kinds as one of the configuration, which names all that is missing or wrong.
   *
   * @throws NodeException if anything was
   */
  void throwIfAny() throws NodeException {
    if (problems.size() == 1) {
      throw problems.get(0);
    }
    if (!problems.isEmpty()) {
      List<String> lines = new ArrayList<>();
      for (NodeException problem : problems) {
        lines.add(String.valueOf(problem.getMessage()));
        problem.advice().forEach(line -> lines.add("  " + line));
      }
      throw new NodeException(
          kind(), problems.size() + " problems keep the node from starting", null, lines);
    }
  }

  private NodeException.Kind kind() {
    NodeException.Kind first = problems.get(0).kind();
    return problems.stream().allMatch(problem -> problem.kind() == first)
        ? first
        : NodeException.Kind.CONFIGURATION;
  }
}
