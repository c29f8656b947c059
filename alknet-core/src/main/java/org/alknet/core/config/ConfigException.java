package org.alknet.core.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a configuration cannot be used (spec/core.md section 6). Messages hold no secret. */
public abstract sealed class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private ConfigException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A command-line option or a variant name that does not exist or has no valid value. */
  public static final class InvalidFlag extends ConfigException {
    private static final long serialVersionUID = 1L;

    /** Names the option. */
    public InvalidFlag(String name) {
      super("invalid flag: " + Objects.requireNonNull(name, "name"), null);
    }
  }

  /** The file of a private key does not exist. */
  public static final class KeyFileNotFound extends ConfigException {
    private static final long serialVersionUID = 1L;

    /** Names the file. */
    public KeyFileNotFound(Path path) {
      super("key file not found: " + Objects.requireNonNull(path, "path"), null);
    }
  }

  /** A configured address cannot be bound. */
  public static final class BindFailed extends ConfigException {
    private static final long serialVersionUID = 1L;

    /** Wraps the failure. */
    public BindFailed(IOException cause) {
      super("bind failed: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }

  /** The configured key or certificate cannot be used. */
  public static final class TlsConfig extends ConfigException {
    private static final long serialVersionUID = 1L;

    /** Wraps the failure. */
    public TlsConfig(IOException cause) {
      super("tls config error: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }

  /** Options that exclude each other. */
  public static final class IncompatibleOptions extends ConfigException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public IncompatibleOptions() {
      super("incompatible options", null);
    }
  }

  /** Two peers with the same id, and nothing else wrong. */
  public static final class DuplicatePeerId extends ConfigException {
    private static final long serialVersionUID = 1L;

    private final String peerId;

    /** Names the id. */
    public DuplicatePeerId(String peerId) {
      super("duplicate peer_id: " + Objects.requireNonNull(peerId, "peerId"), null);
      this.peerId = peerId;
    }

    /** Returns the id that occurs twice. */
    public String peerId() {
      return peerId;
    }
  }

  /** Everything that is wrong with a configuration, listed at once. */
  public static final class Invalid extends ConfigException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /**
     * Lists the problems.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Invalid(List<ConfigProblem> problems) {
      super(message(problems), null);
      this.problems = List.copyOf(problems);
    }

    /** Returns the problems in the order in which they were found. */
    public List<ConfigProblem> problems() {
      return problems == null ? List.of() : problems;
    }

    private static String message(List<ConfigProblem> problems) {
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid configuration has at least one problem");
      }
      return "invalid configuration: "
          + problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; "));
    }
  }
}
