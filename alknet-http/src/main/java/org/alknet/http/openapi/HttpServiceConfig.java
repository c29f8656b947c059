package org.alknet.http.openapi;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.server.HttpFields;

/**
 * Where a service is, what its operations are called here, and how it wants to be asked. Holds no
 * credential.
 *
 * <p>Immutable. No record, since default fields may say more than a log should.
 */
public final class HttpServiceConfig {
  private static final Set<String> OF_THE_CLIENT =
      Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

  private final String namespace;
  private final URI baseUrl;
  private final Optional<HttpAuthScheme> auth;
  private final String credential;
  private final boolean credentialRequired;
  private final HttpFields defaultHeaders;
  private final boolean unaryTwins;
  private final Set<String> doneSentinels;
  private final Optional<Duration> idleLimit;

  private HttpServiceConfig(Builder builder) {
    this.namespace = builder.namespace;
    this.baseUrl = builder.baseUrl;
    this.auth = builder.auth;
    this.credential = builder.credential;
    this.credentialRequired = builder.credentialRequired;
    this.defaultHeaders = builder.defaultHeaders;
    this.unaryTwins = builder.unaryTwins;
    this.doneSentinels = builder.doneSentinels;
    this.idleLimit = builder.idleLimit;
  }

  /**
   * Starts a configuration.
   *
   * @param namespace the deployment's name for the service, before the name of every operation
   * @param baseUrl http or https; its path goes before the paths of the document
   * @throws IllegalArgumentException if either cannot be used
   */
  public static Builder builder(String namespace, URI baseUrl) {
    return new Builder(namespace, baseUrl);
  }

  /** Returns what stands before the name of every operation. */
  public String namespace() {
    return namespace;
  }

  /** Returns where the service is. */
  public URI baseUrl() {
    return baseUrl;
  }

  /** Returns how the service wants its credential; empty if it gets none. */
  public Optional<HttpAuthScheme> auth() {
    return auth;
  }

  /** Returns under which name the capabilities of a call hold the credential. */
  public String credential() {
    return credential;
  }

  boolean credentialRequired() {
    return credentialRequired;
  }

  HttpFields defaultHeaders() {
    return defaultHeaders;
  }

  boolean unaryTwins() {
    return unaryTwins;
  }

  Set<String> doneSentinels() {
    return doneSentinels;
  }

  Optional<Duration> idleLimit() {
    return idleLimit;
  }

  static boolean isOfTheClient(String field) {
    return OF_THE_CLIENT.contains(field.toLowerCase(Locale.ROOT));
  }

  static void checkField(HttpFields field) {
    field.forEach(
        (name, value) -> {
          if (isOfTheClient(name)) {
            throw new IllegalArgumentException("this field is set by the client: " + name);
          }
        });
  }

  @Override
  public String toString() {
    return "HttpServiceConfig[" + namespace + " at " + baseUrl + "]";
  }

  /** Collects the optional parts. Not thread-safe. */
  public static final class Builder {
    private final String namespace;
    private final URI baseUrl;
    private Optional<HttpAuthScheme> auth = Optional.empty();
    private String credential;
    private boolean credentialRequired;
    private HttpFields defaultHeaders = HttpFields.none();
    private boolean unaryTwins;
    private Set<String> doneSentinels = Set.of();
    private Optional<Duration> idleLimit = Optional.empty();

    private Builder(String namespace, URI baseUrl) {
      if (!OperationSpec.isWellFormedName(namespace)) {
        throw new IllegalArgumentException(
            "a namespace has the form of an operation name, not \"" + namespace + "\"");
      }
      if (namespace.equals(OperationRegistry.RESERVED_NAMESPACE)
          || namespace.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/")) {
        throw new IllegalArgumentException("the namespace services belongs to discovery");
      }
      boolean web = "https".equals(baseUrl.getScheme()) || "http".equals(baseUrl.getScheme());
      if (!web
          || baseUrl.getHost() == null
          || baseUrl.getRawUserInfo() != null
          || baseUrl.getRawQuery() != null
          || baseUrl.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "a base URL is http or https with a host, and nothing but a path behind it");
      }
      this.namespace = namespace;
      this.baseUrl = baseUrl;
      this.credential = namespace;
    }

    /** Sets how the service wants its credential; it gets none by default. */
    public Builder auth(HttpAuthScheme scheme) {
      this.auth = Optional.of(scheme);
      return this;
    }

    /** Sets under which name the capabilities hold the credential; the namespace by default. */
    public Builder credential(String service) {
      this.credential = Objects.requireNonNull(service, "service");
      return this;
    }

    /** Sets whether a call without a credential fails before it is sent; it does not by default. */
    public Builder credentialRequired(boolean value) {
      this.credentialRequired = value;
      return this;
    }

    /**
     * Sets header fields of every request; no place for credentials.
     *
     * @throws IllegalArgumentException if a name or a value is none
     */
    public Builder defaultHeaders(Map<String, String> fields) {
      HttpFields checked = HttpFields.copyOf(fields.entrySet());
      checkField(checked);
      this.defaultHeaders = checked;
      return this;
    }

    /**
     * Sets whether an operation that answers with events or with JSON gets a second registration,
     * {@code <name>_unary}, for the JSON; it does not by default.
     */
    public Builder unaryTwins(boolean value) {
      this.unaryTwins = value;
      return this;
    }

    /** Sets data of an event that means the end, such as {@code [DONE]}; none by default. */
    public Builder doneSentinels(Set<String> values) {
      this.doneSentinels = Set.copyOf(values);
      return this;
    }

    /** Sets the longest silence of a subscription; there is no limit by default. */
    public Builder idleLimit(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("idleLimit is longer than nothing");
      }
      this.idleLimit = Optional.of(limit);
      return this;
    }

    /** Returns the configuration. */
    public HttpServiceConfig build() {
      return new HttpServiceConfig(this);
    }
  }
}
